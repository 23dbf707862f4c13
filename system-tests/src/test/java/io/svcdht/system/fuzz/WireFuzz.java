package io.svcdht.system.fuzz;

import io.svcdht.node.trust.NodeRecordVerifier;
import io.svcdht.node.trust.Outcome;
import io.svcdht.node.trust.PqCounts;
import io.svcdht.node.trust.PqPolicy;
import io.svcdht.node.trust.RecordVerifier;
import io.svcdht.node.trust.RootVerifier;
import io.svcdht.node.trust.Vouched;
import io.svcdht.node.wire.CborScan;
import io.svcdht.node.wire.ContactCbor;
import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.node.wire.oap.Decoded;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.FrameRead;
import io.svcdht.node.wire.oap.FrameReader;
import io.svcdht.node.wire.oap.Hello;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Roots;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Bytes of peers. */
final class WireFuzz {
    private static final int FRAME_BYTES_MAX = 65_536;
    private static final long CORR_ID = 7;
    private static final long NOW = 1_767_225_600_000L;

    private static final PqPolicy POLICY =
            new PqPolicy(true, true, OptionalLong.empty(), ProviderRecord.TTL_SECONDS_MAX);
    private static final NodeId SELF = new NodeId(new Key(1, 1, 1, 1));
    private static final NodeId OTHER = new NodeId(new Key(2, 2, 2, 2));

    private WireFuzz() {}

    /** Frames come out the same however the bytes were cut, and what is written is read back. */
    static void frames(byte[] input) {
        List<String> whole = read(input, input.length);
        List<String> cut = read(input, 1 + (input.length == 0 ? 0 : (input[0] & 0xff) % 61));
        same("frames in one piece and in several", whole, cut);
    }

    private static List<String> read(byte[] input, int step) {
        FrameReader reader = new FrameReader(FRAME_BYTES_MAX, true);
        List<String> seen = new ArrayList<>();
        for (int from = 0; from < input.length; from += Math.max(1, step)) {
            ByteBuffer chunk = ByteBuffer.wrap(input, from, Math.min(Math.max(1, step), input.length - from));
            boolean more = true;
            while (more) {
                switch (reader.read(chunk)) {
                    case FrameRead.More m -> more = false;
                    case FrameRead.Whole(Frame f) -> {
                        seen.add("%d %d %d %d %s %s"
                                .formatted(
                                        f.flags(),
                                        f.code(),
                                        f.appProto(),
                                        f.corrId(),
                                        Arrays.hashCode(f.cap()),
                                        Arrays.hashCode(f.payload())));
                        readBack(f);
                    }
                    case FrameRead.Refused r -> seen.add(r.why() + " " + r.corrId());
                    case FrameRead.Broken b -> {
                        seen.add(b.why() + " " + b.corrId());
                        return seen;
                    }
                }
            }
        }
        return seen;
    }

    private static void readBack(Frame f) {
        if (!f.isWhole() || Frame.HEADER_BYTES + f.cap().length + f.payload().length > FRAME_BYTES_MAX) {
            return;
        }
        Frame sent = new Frame(
                f.flags() & ~Frame.COMP,
                f.code(),
                f.appProto(),
                f.tenantHigh(),
                f.tenantLow(),
                f.corrId(),
                f.cap(),
                f.payload());
        FrameRead again = new FrameReader(FRAME_BYTES_MAX, true).read(ByteBuffer.wrap(sent.encode()));
        if (!(again instanceof FrameRead.Whole(Frame g))
                || g.flags() != sent.flags()
                || g.corrId() != f.corrId()
                || !Arrays.equals(g.payload(), f.payload())
                || !Arrays.equals(g.cap(), f.cap())) {
            throw new AssertionError("%s was written and read back as %s".formatted(sent, again));
        }
    }

    /** A request or response that was read means the same when it is written and read again. */
    static void messages(byte[] input) {
        if (MessageCodec.request(input, CORR_ID) instanceof Decoded.Read<Request>(Request r)) {
            same(
                    "a request",
                    new Decoded.Read<>(r).toString(),
                    String.valueOf(MessageCodec.request(MessageCodec.encode(r, CORR_ID), CORR_ID)));
        }
        for (Opcode asked : Opcode.values()) {
            if (MessageCodec.response(asked, WireCode.Ok.number(), input)
                    instanceof Decoded.Read<Response>(Response r)) {
                same(
                        "a response to " + asked,
                        new Decoded.Read<>(r).toString(),
                        String.valueOf(MessageCodec.response(asked, WireCode.Ok.number(), MessageCodec.encode(r))));
            }
        }
        MessageCodec.response(Opcode.PING, WireCode.Busy.number(), input);
        Hello.decode(input);
    }

    /** Records, contacts and the signatures on them; nobody can sign by chance. */
    static void records(byte[] input) {
        try {
            CborScan.check(input);
        } catch (Malformed e) {
            // Others may still read it, and have to refuse it.
        }
        try {
            SignedRecord r = SignedRecord.decode(input);
            same("a record", r, SignedRecord.decode(r.encode()));
        } catch (Malformed e) {
            refused(e);
        }
        try {
            NodeRecord r = NodeRecord.decode(input);
            same("a node record", r, NodeRecord.decode(r.encode()));
        } catch (Malformed e) {
            refused(e);
        }
        try {
            same(
                    "a contact",
                    ContactCbor.decode(input),
                    ContactCbor.decode(ContactCbor.encode(ContactCbor.decode(input))));
        } catch (Malformed e) {
            refused(e);
        }
        PqCounts counts = new PqCounts();
        RootVerifier roots = new RootVerifier(Roots::new, counts);
        Outcome<Vouched> judged = new RecordVerifier(SELF, roots, () -> POLICY, counts, why -> {})
                .verify(input, RecordVerifier.Presented.NOTHING, NOW);
        if (judged instanceof Outcome.Refused<Vouched> r && r.toString().isEmpty()) {
            throw new AssertionError("refused without a reason");
        }
        new NodeRecordVerifier(SELF, "svc-dht", PeerAddress.Scope.LOOPBACK, why -> {}).verify(input, OTHER, null);
    }

    private static void refused(Malformed e) {
        if (e.getMessage() == null || e.getMessage().isEmpty()) {
            throw new AssertionError("refused without a reason", e);
        }
    }

    static void same(String what, Object one, Object other) {
        if (!one.equals(other)) {
            throw new AssertionError("%s: %s became %s".formatted(what, one, other));
        }
    }
}
