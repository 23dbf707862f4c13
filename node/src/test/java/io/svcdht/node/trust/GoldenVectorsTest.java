package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORObject;
import io.svcdht.node.trust.Vectors.Vector;
import io.svcdht.node.wire.ContactCbor;
import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenVectorsTest {
    private static final NodeId SELF = new NodeId(new Key(1, 1, 1, 1));

    private final RefusalCounts counts = new RefusalCounts();
    private final RecordVerifier verifier = Verifying.by(SELF, counts);

    static List<Vector> providerRecords() {
        return Vectors.providerRecords();
    }

    static List<Vector> nodeRecords() {
        return Vectors.nodeRecords();
    }

    static List<Vector> contacts() {
        return Vectors.contacts();
    }

    @ParameterizedTest
    @MethodSource("providerRecords")
    void a_provider_record_is_read_and_believed(Vector v) throws Exception {
        SignedRecord read = SignedRecord.decode(v.wire());
        assertThat(read.with(List.of())).isEqualTo(Vectors.record(v.json()));
        assertThat(verifier.verify(v.wire(), RecordVerifier.Presented.NOTHING, Vectors.NOW))
                .isEqualTo(new Outcome.Accepted<>(new Vouched(read, null)));
        assertThat(Vectors.words(v.name(), Vectors.seed(v.json()), read)).isEqualTo(v.json());
    }

    @ParameterizedTest
    @MethodSource("providerRecords")
    void a_provider_record_is_written_and_signed_to_the_byte(Vector v) {
        SignedRecord signed = Vectors.sign(Vectors.seed(v.json()), Vectors.record(v.json()));
        assertThat(signed.signedBytes()).isEqualTo(v.hex("signed"));
        assertThat(signed.encode()).isEqualTo(v.wire());
    }

    /** Another implementation of each half: the JDK's Ed25519, and CTAP2's canonical CBOR. */
    @ParameterizedTest
    @MethodSource("providerRecords")
    void others_agree_on_the_bytes(Vector v) throws Exception {
        CBORObject wire = CBORObject.DecodeFromBytes(
                v.wire(), new CBOREncodeOptions("ctap2canonical=true;allowduplicatekeys=false"));
        byte[] signature = wire.get("sigs").get(0).get("sig").GetByteString();
        wire.Remove(CBORObject.FromObject("sigs"));
        assertThat(wire.EncodeToBytes(new CBOREncodeOptions("ctap2canonical=true")))
                .isEqualTo(v.hex("signed"));

        byte[] spki = HexFormat.of()
                .parseHex("302a300506032b6570032100" + v.json().get("ed25519").asText());
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
        Signature jdk = Signature.getInstance("Ed25519");
        jdk.initVerify(key);
        jdk.update((v.json().get("context").asText() + "\0").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        jdk.update(v.hex("signed"));
        assertThat(jdk.verify(signature)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("providerRecords")
    void each_single_byte_changed_is_refused(Vector v) {
        long seed = 17;
        Random random = new Random(seed);
        long changes = 0;
        for (int at = 0; at < v.wire().length; at++) {
            for (int i = 0; i < 12; i++) {
                byte[] changed = v.wire();
                changed[at] ^= (byte) (i < 8 ? 1 << i : 1 + random.nextInt(255));
                refused(changed, "%s, seed %d, byte %d, change %d".formatted(v, seed, at, i));
                changes++;
            }
        }
        assertThat(counts.total()).as("every refusal is counted").isEqualTo(changes);
        assertThat(counts.of(Refusal.BAD_SIGNATURE)).isPositive();
    }

    @ParameterizedTest
    @MethodSource("providerRecords")
    void each_cut_and_each_byte_more_is_refused(Vector v) {
        for (int length = 0; length < v.wire().length; length++) {
            refused(Arrays.copyOf(v.wire(), length), v + " cut to " + length);
        }
        refused(Arrays.copyOf(v.wire(), v.wire().length + 1), v + " and a byte");
    }

    private void refused(byte[] wire, String what) {
        Outcome<Vouched> outcome = verifier.verify(wire, RecordVerifier.Presented.NOTHING, Vectors.NOW);
        assertThat(outcome).as(what).isInstanceOf(Outcome.Refused.class);
    }

    @ParameterizedTest
    @MethodSource("nodeRecords")
    void a_node_record_is_read_and_believed(Vector v) throws Exception {
        NodeRecord read = NodeRecord.decode(v.wire());
        // A number comes back from the file as the narrowest type; its text is what counts.
        assertThat(Vectors.words(v.name(), read).toString()).isEqualTo(v.json().toString());
        assertThat(read.encode()).isEqualTo(v.wire());
        assertThat(nodeVerifier(v).verify(v.wire(), read.id(), null)).isEqualTo(new Outcome.Accepted<>(read));
        assertThat(read.id().text()).isEqualTo(v.json().get("node").asText());
    }

    private NodeRecordVerifier nodeVerifier(Vector v) {
        return new NodeRecordVerifier(SELF, v.json().get("network").asText(), PeerAddress.Scope.PUBLIC, counts);
    }

    @ParameterizedTest
    @MethodSource("nodeRecords")
    void each_single_byte_of_a_node_record_changed_is_refused(Vector v) {
        long seed = 18;
        Random random = new Random(seed);
        NodeId id = NodeId.parse(v.json().get("node").asText());
        NodeRecordVerifier nodes = nodeVerifier(v);
        for (int at = 0; at < v.wire().length; at++) {
            byte[] changed = v.wire();
            changed[at] ^= (byte) (1 + random.nextInt(255));
            assertThat(nodes.verify(changed, id, null))
                    .as("%s, seed %d, byte %d", v, seed, at)
                    .isInstanceOf(Outcome.Refused.class);
        }
        assertThat(counts.total()).isEqualTo(v.wire().length);
    }

    @ParameterizedTest
    @MethodSource("contacts")
    void a_contact_is_read_and_written_to_the_byte(Vector v) throws Exception {
        Contact read = ContactCbor.decode(v.wire());
        ObjectNode words = new ObjectMapper().createObjectNode().put("name", v.name());
        Vectors.words(words, read.keys());
        Vectors.words(words, read.addrs());
        words.put("asn", read.asn()).put("wire", HexFormat.of().formatHex(ContactCbor.encode(read)));
        assertThat(words.toString()).isEqualTo(v.json().toString());
    }

    /** A contact is not signed; a changed one is another contact or none, and the id always follows from its keys. */
    @ParameterizedTest
    @MethodSource("contacts")
    void each_single_byte_of_a_contact_changed_makes_another_or_none(Vector v) throws Exception {
        Contact good = ContactCbor.decode(v.wire());
        for (int at = 0; at < v.wire().length; at++) {
            byte[] changed = v.wire();
            changed[at] ^= 0x21;
            try {
                assertThat(ContactCbor.decode(changed)).as("byte %d", at).isNotEqualTo(good);
            } catch (Malformed e) {
                assertThat(e.why()).as("byte %d", at).isNotNull();
            }
        }
    }

    @Test
    void the_files_hold_what_matters() {
        JsonNode names = new ObjectMapper()
                .valueToTree(providerRecords().stream().map(Vector::name).toList());
        assertThat(names.toString()).contains("withdrawal", "CIDv1", "hybrid", "classical");
        assertThat(nodeRecords()).hasSize(3);
        assertThat(contacts()).hasSize(2);
    }
}
