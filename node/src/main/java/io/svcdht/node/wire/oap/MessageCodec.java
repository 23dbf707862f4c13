package io.svcdht.node.wire.oap;

import io.svcdht.node.wire.CborOut;
import io.svcdht.node.wire.TraceContext;
import io.svcdht.node.wire.oap.Fields.Name;
import io.svcdht.storage.model.Key;
import java.util.List;
import java.util.Map;

/**
 * Messages as the payload of a frame: a map in deterministic CBOR (docs-site/reference/wire.md has every field).
 * Unknown fields are passed over. What is refused is a value, and nothing else is ever thrown for a peer's bytes.
 */
public final class MessageCodec {
    private static final int SMALL_BYTES = 64;
    /** A request without records. */
    private static final int REQUEST_BYTES = 192;
    /** Two keys, an IPv6 address, and their heads. */
    private static final int CONTACT_BYTES = 96;
    /** Its id and the heads. */
    private static final int ROOT_BYTES = 48;

    private static final int HEAD_PAIRS = 7;

    private MessageCodec() {}

    /** The payload of a request; the correlation id is the frame's. */
    public static byte[] encode(Request request, long corrId) {
        CborOut out = new CborOut(request instanceof Request.Provide p ? provided(p) : REQUEST_BYTES);
        int own =
                switch (request) {
                    case Request.Ping p -> 0;
                    case Request.FindNode f -> 1;
                    case Request.FindValue f -> 2;
                    case Request.Provide p -> p.roots().isEmpty() ? 1 : 2;
                    case Request.NodeRecord n -> 0;
                    case Request.GetRoot g -> 1;
                };
        Request.Head head = request.head();
        TraceContext trace = head.trace();
        out.map(HEAD_PAIRS + own + (trace == null ? 0 : 1))
                .text("ts")
                .number(head.tsMillis())
                .text("hop")
                .number(head.hop());
        switch (request) {
            case Request.FindValue f ->
                out.text("key").key(f.key()).text("limit").number(f.limit());
            case Request.GetRoot g -> out.text("root").key(g.root());
            case Request.Provide p when !p.roots().isEmpty() -> Parts.roots(out.text("roots"), p.roots());
            case Request.Provide p -> {}
            case Request.Ping p -> {}
            case Request.FindNode f -> {}
            case Request.NodeRecord n -> {}
        }
        if (trace != null) {
            out.text("trace").bytes(trace.bytes());
        }
        out.text("opcode").number(request.opcode().number());
        if (request instanceof Request.FindNode f) {
            out.text("target").key(f.target());
        }
        out.text("corr_id").number(corrId);
        if (request instanceof Request.Provide p) {
            Parts.records(out.text("records"), p.records());
        }
        out.text("budget_ms").number(head.budgetMillis());
        Parts.uuid(out.text("lookup_id"), head.lookupId());
        return out.text("proto_ver").number(Message.PROTO_VER).toByteArray();
    }

    /** The payload of a response; the code is the frame's. */
    public static byte[] encode(Response response) {
        CborOut out = new CborOut(expected(response));
        switch (response) {
            case Response.Pong p -> out.map(1).text("seq").number(p.sequence());
            case Response.Nodes n -> Parts.contacts(out.map(1).text("contacts"), n.contacts());
            case Response.Found f -> found(out, f);
            case Response.Provided p -> Parts.results(out.map(1).text("results"), p.results());
            case Response.NodeRecord n ->
                out.map(1).text("record").raw(n.record().array());
            case Response.Root r ->
                out.map(2)
                        .text("root")
                        .key(r.root())
                        .text("sigs")
                        .raw(r.signatures().array());
            case Response.Refused r -> out.map(1).text("reason").text(shortened(r.reason()));
        }
        return out.toByteArray();
    }

    private static int provided(Request.Provide p) {
        return REQUEST_BYTES + length(p.records()) + length(p.roots());
    }

    /** About how long it gets: a message that grows into its size is copied several times. */
    private static int expected(Response response) {
        return switch (response) {
            case Response.Nodes n -> SMALL_BYTES + CONTACT_BYTES * n.contacts().size();
            case Response.Found f ->
                SMALL_BYTES + CONTACT_BYTES * f.contacts().size() + length(f.records()) + length(f.roots());
            case Response.NodeRecord n -> SMALL_BYTES + n.record().length();
            case Response.Root r -> SMALL_BYTES + r.signatures().length();
            case Response.Pong p -> SMALL_BYTES;
            case Response.Provided p -> SMALL_BYTES;
            case Response.Refused r -> SMALL_BYTES;
        };
    }

    private static int length(List<Encoded> records) {
        int bytes = 0;
        for (Encoded r : records) {
            bytes += r.length();
        }
        return bytes;
    }

    private static int length(Map<Key, Encoded> roots) {
        int bytes = 0;
        for (Encoded r : roots.values()) {
            bytes += ROOT_BYTES + r.length();
        }
        return bytes;
    }

    private static void found(CborOut out, Response.Found f) {
        out.map((f.roots().isEmpty() ? 0 : 1)
                + (f.records().isEmpty() ? 0 : 1)
                + (f.contacts().isEmpty() ? 0 : 1));
        if (!f.roots().isEmpty()) {
            Parts.roots(out.text("roots"), f.roots());
        }
        if (!f.records().isEmpty()) {
            Parts.records(out.text("records"), f.records());
        }
        if (!f.contacts().isEmpty()) {
            Parts.contacts(out.text("contacts"), f.contacts());
        }
    }

    /** Reasons are our own sentences, in ASCII but for what they quote. */
    private static String shortened(String reason) {
        String text = reason;
        while (text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > Message.REASON_BYTES_MAX) {
            text = text.substring(0, text.length() * 3 / 4);
        }
        return text;
    }

    /**
     * Reads a request.
     *
     * @param corrId the frame's, which the payload has to repeat
     */
    public static Decoded<Request> request(byte[] payload, long corrId) {
        try {
            return new Decoded.Read<>(request(Fields.of(payload), corrId));
        } catch (Malformed e) {
            return refused(e);
        } catch (IllegalArgumentException e) {
            return new Decoded.Refused<>(WireError.NoMessage, "a value out of its range");
        }
    }

    /** Reads the response to a request of that opcode, from a frame with that code. */
    public static Decoded<Response> response(Opcode asked, int code, byte[] payload) {
        try {
            WireCode c = Parts.code(code);
            Fields f = Fields.of(payload);
            return new Decoded.Read<>(c == WireCode.Ok ? response(asked, f) : new Response.Refused(asked, c, f.reason));
        } catch (Malformed e) {
            return refused(e);
        } catch (IllegalArgumentException e) {
            return new Decoded.Refused<>(WireError.NoMessage, "a value out of its range");
        }
    }

    private static <T> Decoded<T> refused(Malformed e) {
        String detail = e.getMessage();
        return new Decoded.Refused<>(e.why(), detail == null ? "" : detail);
    }

    private static Request request(Fields f, long corrId) {
        f.need(Name.PROTO_VER);
        if (f.protoVer != Message.PROTO_VER) {
            throw new Malformed(WireError.WrongVersion, "proto_ver %s".formatted(Long.toUnsignedString(f.protoVer)));
        }
        f.need(Name.TS, Name.HOP, Name.OPCODE, Name.CORR_ID, Name.BUDGET_MS, Name.LOOKUP_ID);
        if (f.corrId != corrId) {
            throw new Malformed(WireError.NoMessage, "corr_id is not the frame's");
        }
        Opcode opcode = Opcode.of(f.opcode)
                .orElseThrow(() ->
                        new Malformed(WireError.UnknownOpcode, "opcode %s".formatted(Long.toUnsignedString(f.opcode))));
        Request.Head head = new Request.Head(f.tsMillis, f.hop, f.budgetMillis, f.lookupId, f.trace);
        return switch (opcode) {
            case PING -> new Request.Ping(head);
            case FIND_NODE -> new Request.FindNode(head, f.need(Name.TARGET).target);
            case FIND_VALUE -> new Request.FindValue(head, f.need(Name.KEY, Name.LIMIT).key, f.limit);
            case PROVIDE -> new Request.Provide(head, f.need(Name.RECORDS).records, f.roots);
            case NODE_RECORD -> new Request.NodeRecord(head);
            case GET_ROOT -> new Request.GetRoot(head, f.need(Name.ROOT).root);
        };
    }

    private static Response response(Opcode asked, Fields f) {
        return switch (asked) {
            case PING -> new Response.Pong(f.need(Name.SEQ).sequence);
            case FIND_NODE -> new Response.Nodes(f.need(Name.CONTACTS).contacts);
            case FIND_VALUE -> new Response.Found(f.records, f.roots, f.contacts);
            case PROVIDE -> new Response.Provided(f.need(Name.RESULTS).results);
            case NODE_RECORD -> new Response.NodeRecord(f.need(Name.RECORD).record);
            case GET_ROOT -> new Response.Root(f.need(Name.ROOT, Name.SIGS).root, f.signatures);
        };
    }
}
