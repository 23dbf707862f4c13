package io.svcdht.node.wire.oap;

import io.svcdht.node.wire.CborOut;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One of everything, with values one recognizes in the bytes. */
public final class Samples {
    static final long CORR_ID = 0x0102030405060708L;
    static final Request.Head HEAD =
            new Request.Head(1_764_000_000_000L, 2, 250, UUID.fromString("019ab4c5-0000-7000-8000-0123456789ab"));
    static final Key KEY = Key.parseHex("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    static final Key OTHER = Key.parseHex("ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100");
    static final List<Contact> CONTACTS = List.of(
            new Contact(
                    NodeKeys.of(KEY, OTHER),
                    List.of(PeerAddress.parse("192.0.2.1:5302"), PeerAddress.parse("[2001:db8::1]:5302")),
                    64_500),
            new Contact(NodeKeys.classical(OTHER), List.of(PeerAddress.parse("node.example:443")), 0));
    static final Hello HELLO =
            new Hello("svc-dht/0.1.0", "svc-dht", 1_048_576, 64, 255, List.of(1), List.of("tcp"), 5302);

    private Samples() {}

    /** Shaped like a provider record; what it means is not this package's business. */
    static Encoded record(String text) {
        return Encoded.of(new CborOut()
                .map(3)
                .text("key")
                .key(KEY)
                .text("sigs")
                .array(1)
                .map(2)
                .text("alg")
                .text("ed25519")
                .text("sig")
                .bytes(new byte[64])
                .text("text")
                .text(text)
                .toByteArray());
    }

    static Encoded signatures() {
        return Encoded.of(new CborOut()
                .array(1)
                .map(2)
                .text("alg")
                .text("ed25519")
                .text("sig")
                .bytes(new byte[64])
                .toByteArray());
    }

    public static Map<String, Request> requests() {
        Map<String, Request> all = new LinkedHashMap<>();
        all.put("PING", new Request.Ping(HEAD));
        all.put("FIND_NODE", new Request.FindNode(HEAD, KEY));
        all.put("FIND_VALUE", new Request.FindValue(HEAD, KEY, 20));
        all.put("PROVIDE", new Request.Provide(HEAD, List.of(record("b3:hello"), record("b3:grüße")), Map.of()));
        all.put(
                "PROVIDE with roots",
                new Request.Provide(HEAD, List.of(record("b3:hello")), Map.of(OTHER, signatures(), KEY, signatures())));
        all.put("NODE_RECORD", new Request.NodeRecord(HEAD));
        all.put("GET_ROOT", new Request.GetRoot(HEAD, OTHER));
        return all;
    }

    public static Map<String, Response> responses() {
        Map<String, Response> all = new LinkedHashMap<>();
        all.put("PING", new Response.Pong(7));
        all.put("FIND_NODE", new Response.Nodes(CONTACTS));
        all.put("FIND_VALUE", new Response.Found(List.of(record("b3:hello")), Map.of(KEY, signatures()), CONTACTS));
        all.put("FIND_VALUE, nothing known", new Response.Found(List.of(), Map.of(), List.of()));
        all.put(
                "PROVIDE",
                new Response.Provided(List.of(
                        new Response.Result(WireCode.Ok, ""),
                        new Response.Result(WireCode.StaleRecord, "a later word is known"))));
        all.put("NODE_RECORD", new Response.NodeRecord(record("a node record")));
        all.put("GET_ROOT", new Response.Root(OTHER, signatures()));
        all.put("refused", new Response.Refused(Opcode.PING, WireCode.QuotaExceeded, "slow down"));
        return all;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
