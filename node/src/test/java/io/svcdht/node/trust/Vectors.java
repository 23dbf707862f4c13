package io.svcdht.node.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * The committed golden vectors: documents in words, in the bytes that are signed, and in the bytes on the wire. The
 * files are never to be changed; whoever speaks the protocol can test against them.
 */
final class Vectors {
    /** An instant every record vector is alive at. */
    static final long NOW = 1_767_225_660_000L;

    private static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    /** One vector, named by what is special about it. */
    record Vector(String name, JsonNode json) {
        byte[] wire() {
            return hex("wire");
        }

        byte[] hex(String field) {
            return HexFormat.of().parseHex(json.get(field).asText());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Vector> providerRecords() {
        return load("provider-records.json");
    }

    static List<Vector> nodeRecords() {
        return load("node-records.json");
    }

    static List<Vector> contacts() {
        return load("contacts.json");
    }

    private static List<Vector> load(String file) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file))) {
            List<Vector> vectors = new ArrayList<>();
            JSON.readTree(in).forEach(v -> vectors.add(new Vector(v.get("name").asText(), v)));
            return vectors;
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }

    static byte[] seed(JsonNode v) {
        return HexFormat.of().parseHex(v.get("seed").asText());
    }

    static NodeKeys keys(JsonNode v) {
        return NodeKeys.of(
                Key.parseHex(v.get("ed25519").asText()),
                v.has("ml_dsa_87_hash") ? Key.parseHex(v.get("ml_dsa_87_hash").asText()) : NodeKeys.CLASSICAL_ONLY);
    }

    /** The provider record in a vector's words, without signatures. */
    static SignedRecord record(JsonNode v) {
        List<String> addrs = new ArrayList<>();
        v.get("addrs").forEach(a -> addrs.add(a.asText()));
        return new SignedRecord(
                ContentId.parse(v.get("cid").asText(), true),
                keys(v),
                v.get("locator").asText(),
                addrs,
                v.get("ttl").asInt(),
                v.get("ts").asLong(),
                List.of());
    }

    static SignedRecord sign(byte[] seed, SignedRecord bare) {
        byte[] message = SigningContext.PROVIDER_RECORD.message(bare.signedBytes());
        byte[] signature = Ed25519Keys.sign(seed, bare.publisher().ed25519(), message);
        return bare.with(List.of(new Signature.Direct(SignatureAlgorithm.ED25519, signature)));
    }

    /** What a vector says of a record. */
    static ObjectNode words(String name, byte[] seed, SignedRecord r) {
        ObjectNode v = JSON.createObjectNode();
        v.put("name", name).put("seed", HexFormat.of().formatHex(seed));
        words(v, r.publisher());
        v.put("cid", r.cid().text());
        v.put("key", r.cid().key().hex());
        v.put("locator", r.locator());
        r.addrs().forEach(v.putArray("addrs")::add);
        v.put("ttl", r.ttlSeconds()).put("ts", r.issuedAtMillis());
        v.put("context", SigningContext.PROVIDER_RECORD.text());
        v.put("signed", HexFormat.of().formatHex(r.signedBytes()));
        v.put("wire", HexFormat.of().formatHex(r.encode()));
        return v;
    }

    static void words(ObjectNode v, NodeKeys keys) {
        v.put("node", keys.id().text()).put("ed25519", keys.ed25519().hex());
        if (!keys.classicalOnly()) {
            v.put("ml_dsa_87_hash", keys.mlDsa87Hash().hex());
        }
    }

    static void words(ObjectNode v, List<PeerAddress> addrs) {
        addrs.forEach(a -> v.withArray("addrs").add(a.text()));
    }

    static ObjectNode words(String name, NodeRecord r) {
        ObjectNode v = JSON.createObjectNode().put("name", name);
        words(v, r.keys());
        words(v, r.addrs());
        v.put("network", r.network());
        r.versions().forEach(v.putArray("versions")::add);
        v.put("seq", r.sequence());
        v.put("whole_ml_dsa_87_key", r.mlDsa87() != null);
        v.put("context", SigningContext.NODE_RECORD.text());
        v.put("signed", HexFormat.of().formatHex(r.signedBytes()));
        v.put("wire", HexFormat.of().formatHex(r.encode()));
        return v;
    }
}
