package io.svcdht.node.wire.oap;

import io.svcdht.node.wire.TraceContext;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields of a message as they are met; those it does not know are passed over. */
final class Fields {
    /** Most pairs of a message: ours, and room for those of later versions. */
    private static final int PAIRS_MAX = 64;

    /** More than ours has: a later version's is passed over. */
    private static final int TRACE_BYTES_MAX = 64;

    /** A field that a message may have to have. Names are in the order of their deterministic encoding. */
    enum Name {
        TS("ts"),
        HOP("hop"),
        KEY("key"),
        SEQ("seq"),
        ROOT("root"),
        SIGS("sigs"),
        LIMIT("limit"),
        ROOTS("roots"),
        TRACE("trace"),
        OPCODE("opcode"),
        REASON("reason"),
        RECORD("record"),
        TARGET("target"),
        CORR_ID("corr_id"),
        RECORDS("records"),
        RESULTS("results"),
        CONTACTS("contacts"),
        BUDGET_MS("budget_ms"),
        LOOKUP_ID("lookup_id"),
        PROTO_VER("proto_ver");

        private static final Map<String, Name> BY_TEXT =
                java.util.Arrays.stream(values()).collect(java.util.stream.Collectors.toMap(Name::text, n -> n));

        private final String text;

        Name(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    long tsMillis;
    int hop;
    Key key = NONE;
    long sequence;
    Key root = NONE;
    Encoded signatures = NOTHING;
    int limit;
    Map<Key, Encoded> roots = Map.of();

    @Nullable
    TraceContext trace;

    long opcode;
    String reason = "";
    Encoded record = NOTHING;
    Key target = NONE;
    long corrId;
    List<Encoded> records = List.of();
    List<Response.Result> results = List.of();
    List<Contact> contacts = List.of();
    int budgetMillis;
    UUID lookupId = Request.Head.NO_LOOKUP;
    long protoVer;

    private static final Key NONE = new Key(0, 0, 0, 0);
    private static final Encoded NOTHING = Encoded.checked(new byte[] {(byte) Cbor.NULL});
    private final Set<Name> present = EnumSet.noneOf(Name.class);

    static Fields of(byte[] payload) {
        CborIn in = CborIn.of(payload);
        Fields f = new Fields();
        int pairs = in.map(PAIRS_MAX, "a message");
        for (int i = 0; i < pairs; i++) {
            Name name = Name.BY_TEXT.get(in.key());
            if (name == null) {
                in.skip();
            } else {
                f.present.add(name);
                f.read(name, in);
            }
        }
        return f;
    }

    private void read(Name name, CborIn in) {
        switch (name) {
            case TS -> tsMillis = in.number(Long.MAX_VALUE, "ts");
            case HOP -> hop = (int) in.number(Request.Head.HOP_MAX, "hop");
            case KEY -> key = in.key32("key");
            case SEQ -> sequence = in.number(Long.MAX_VALUE, "seq");
            case ROOT -> root = in.key32("root");
            case SIGS -> signatures = Parts.signatures(in);
            case LIMIT -> limit = (int) in.number(Message.RECORDS_MAX, "limit");
            case ROOTS -> roots = Parts.roots(in);
            case TRACE -> trace = TraceContext.of(in.bytes(TRACE_BYTES_MAX, "trace"));
            case OPCODE -> opcode = in.unsigned("opcode");
            case REASON -> reason = Parts.reason(in);
            case RECORD -> record = Encoded.checked(in.raw(Cbor.MAP, Message.NODE_RECORD_BYTES_MAX, "record"));
            case TARGET -> target = in.key32("target");
            case CORR_ID -> corrId = in.unsigned("corr_id");
            case RECORDS -> records = Parts.records(in);
            case RESULTS -> results = Parts.results(in);
            case CONTACTS -> contacts = Parts.contacts(in);
            case BUDGET_MS -> budgetMillis = (int) in.number(Request.Head.BUDGET_MILLIS_MAX, "budget_ms");
            case LOOKUP_ID -> lookupId = Parts.uuid(in);
            case PROTO_VER -> protoVer = in.unsigned("proto_ver");
        }
    }

    /** @throws Malformed naming the first field that is not there */
    Fields need(Name... names) {
        for (Name n : names) {
            if (!present.contains(n)) {
                throw new Malformed(WireError.NoMessage, n.text() + " is missing");
            }
        }
        return this;
    }
}
