package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.RootSignatures;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Roots;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Batches of one, three and five records, committed: leaves, paths, roots and what is signed, and the bytes on the wire.
 * {@code -Dsvcdht.vectors.write=true} makes them anew, which changes every key and signature in them.
 */
class BatchVectorsTest {
    private static final String FILE = "/vectors/record-batches.json";
    private static final long NOW = 1_767_225_600_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<JsonNode> batches() throws Exception {
        try (InputStream in = Objects.requireNonNull(BatchVectorsTest.class.getResourceAsStream(FILE))) {
            List<JsonNode> all = new ArrayList<>();
            JSON.readTree(in).forEach(all::add);
            return all;
        }
    }

    private static byte[] hex(JsonNode json, String name) {
        return HexFormat.of().parseHex(json.get(name).asText());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static NodeKeys publisher(JsonNode batch) {
        return NodeKeys.of(Key.of(hex(batch, "ed25519")), new MlDsa87Key(hex(batch, "ml_dsa_87")).hash());
    }

    @ParameterizedTest
    @MethodSource("batches")
    void leaves_and_ways_come_to_the_root(JsonNode batch) throws Exception {
        RecordTree tree = new RecordTree();
        List<Key> leaves = new ArrayList<>();
        for (JsonNode r : batch.get("records")) {
            SignedRecord record = SignedRecord.decode(hex(r, "wire"));
            assertThat(record.encode()).isEqualTo(hex(r, "wire"));
            assertThat(record.signedBytes()).isEqualTo(hex(r, "signed"));
            Signature.Direct own = (Signature.Direct) record.signatures().getFirst();
            Key leaf = tree.leaf(record.signedBytes(), own.bytes());
            assertThat(leaf.hex()).isEqualTo(r.get("leaf").asText());
            Signature.ByRoot way = (Signature.ByRoot) record.signatures().getLast();
            assertThat(way.path()).hasSize(batch.get("depth").asInt());
            assertThat(tree.rootOf(leaf, way.path()).hex())
                    .isEqualTo(batch.get("root").asText());
            leaves.add(leaf);
        }
        assertThat(tree.over(leaves).root().hex()).isEqualTo(batch.get("root").asText());
    }

    @ParameterizedTest
    @MethodSource("batches")
    void the_root_is_signed_by_the_publisher_and_its_records_are_believed(JsonNode batch) throws Exception {
        byte[] wire = hex(batch, "root_wire");
        Key root = Key.of(hex(batch, "root"));
        assertThat(RootSignatures.decode(wire).encode()).isEqualTo(wire);
        assertThat(RootSignatures.signedBytes(root, publisher(batch))).isEqualTo(hex(batch, "root_signed"));
        RefusalCounts counts = new RefusalCounts();
        RecordVerifier verifier = Verifying.by(
                new NodeId(new Key(1, 1, 1, 1)), Verifying.requiredFrom(0), new Roots(), new PqCounts(), counts);
        for (JsonNode r : batch.get("records")) {
            assertThat(verifier.verify(hex(r, "wire"), id -> wire, NOW)).isInstanceOf(Outcome.Accepted.class);
        }
        assertThat(counts.total()).isZero();
    }

    /** Cheap ones only: each changed bit of a path or a record would else cost a signature. */
    @ParameterizedTest
    @MethodSource("batches")
    void each_changed_byte_of_the_way_is_refused_for_what_it_is(JsonNode batch) {
        byte[] good = hex(batch.get("records").get(0), "wire");
        byte[] wire = hex(batch, "root_wire");
        RefusalCounts counts = new RefusalCounts();
        RecordVerifier verifier = Verifying.by(
                new NodeId(new Key(1, 1, 1, 1)), Verifying.requiredFrom(0), new Roots(), new PqCounts(), counts);
        int sigsAt = new String(good, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("root") + 6;
        for (int at = sigsAt; at < sigsAt + 32; at++) {
            byte[] changed = good.clone();
            changed[at] ^= 1;
            assertThat(verifier.verify(changed, id -> wire, NOW)).isInstanceOf(Outcome.Refused.class);
        }
        assertThat(counts.of(Refusal.BAD_PATH)).isEqualTo(32);
    }

    @Test
    @EnabledIfSystemProperty(named = "svcdht.vectors.write", matches = "true")
    void write() throws Exception {
        ArrayNode all = JSON.createArrayNode();
        for (int n : new int[] {1, 3, 5}) {
            all.add(batch(n));
        }
        Files.writeString(
                Path.of("src/test/resources" + FILE),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
    }

    private static ObjectNode batch(int n) {
        NodeIdentity publisher = NodeIdentity.ephemeral();
        RecordSigner signer = new RecordSigner(publisher);
        List<SignedRecord> single = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            ContentId cid = i == 1 ? ContentId.parse("b3:short", true) : ContentId.of(new Key(n, i, 3, 4));
            single.add(
                    i == 2
                            ? signer.withdraw(cid, "local://shelf", NOW)
                            : signer.sign(new ProviderRecord(
                                    cid,
                                    publisher.id(),
                                    i == 1 ? "local://shelf" : "",
                                    i == 1 ? List.of("/ip4/192.0.2.1/tcp/5302") : List.of(),
                                    600,
                                    NOW)));
        }
        RootSigner.Signed signed = new RootSigner(publisher).sign(single);
        RecordTree tree = new RecordTree();
        ObjectNode out = JSON.createObjectNode()
                .put("name", n + " records")
                .put("context", SigningContext.RECORD_ROOT.text())
                .put("ed25519", publisher.keys().ed25519().hex())
                .put("ml_dsa_87", hex(publisher.mlDsa87().orElseThrow().bytes()))
                .put("root", signed.root().hex())
                .put("root_signed", hex(RootSignatures.signedBytes(signed.root(), publisher.keys())))
                .put("root_wire", hex(signed.signatures().encode()))
                .put(
                        "depth",
                        ((Signature.ByRoot)
                                        signed.records().getFirst().signatures().getLast())
                                .path()
                                .size());
        ArrayNode records = out.putArray("records");
        for (SignedRecord r : signed.records()) {
            Signature.Direct own = (Signature.Direct) r.signatures().getFirst();
            records.addObject()
                    .put("signed", hex(r.signedBytes()))
                    .put("leaf", tree.leaf(r.signedBytes(), own.bytes()).hex())
                    .put("wire", hex(r.encode()));
        }
        return out;
    }
}
