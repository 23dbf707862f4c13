package io.svcdht.node.trust;

import static io.svcdht.node.trust.RecordVerifier.Presented.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.upokecenter.cbor.CBORObject;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordVerifierTest {
    private static final long NOW = 1_767_225_600_000L;
    private static final NodeIdentity PEER = NodeIdentity.ephemeralClassical();
    private static final ContentId CID = ContentId.parse("b3:short", true);

    private final RefusalCounts counts = new RefusalCounts();
    private final RecordVerifier verifier = Verifying.by(new NodeId(new Key(1, 1, 1, 1)), counts);

    private static Outcome<Vouched> accepted(SignedRecord record) {
        return new Outcome.Accepted<>(new Vouched(record, null));
    }

    private static SignedRecord record(int ttl, long issuedAt) {
        return new RecordSigner(PEER)
                .sign(new ProviderRecord(CID, PEER.id(), "local://a", List.of("x"), ttl, issuedAt));
    }

    private void refused(Refusal why, byte[] wire) {
        long before = counts.of(why);
        Outcome<Vouched> outcome = verifier.verify(wire, NOTHING, NOW);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, r -> assertThat(r.why())
                .as(r.detail())
                .isEqualTo(why));
        assertThat(counts.of(why)).isEqualTo(before + 1);
    }

    /** The record's map, changed and signed again as it then stands. */
    private static byte[] forged(Consumer<CBORObject> change) {
        CBORObject map = CBORObject.DecodeFromBytes(record(600, NOW).encode());
        map.Remove(CBORObject.FromObject("sigs"));
        change.accept(map);
        Signature.Direct signature = PEER.signEd25519(SigningContext.PROVIDER_RECORD, map.EncodeToBytes());
        CBORObject sig = CBORObject.NewMap().Add("alg", 1).Add("sig", signature.bytes());
        map.set("sigs", CBORObject.NewArray().Add(sig));
        return map.EncodeToBytes();
    }

    private static Consumer<CBORObject> put(String name, Object value) {
        return map -> map.set(name, CBORObject.FromObject(value));
    }

    @Test
    void a_record_of_a_peer_is_believed_and_can_be_handed_on() {
        SignedRecord record = record(600, NOW);
        assertThat(verifier.verify(record.encode(), NOTHING, NOW)).isEqualTo(accepted(record));

        ProviderRecord kept = record.record();
        assertThat(kept.publisher()).isEqualTo(PEER.id());
        assertThat(SignedRecord.of(kept).encode()).isEqualTo(record.encode());
        assertThat(counts.total()).isZero();
    }

    @Test
    void our_own_records_have_one_signature_however_often_they_are_signed() {
        assertThat(record(600, NOW).encode()).isEqualTo(record(600, NOW).encode());
        ProviderRecord other = new ProviderRecord(CID, new NodeId(new Key(2, 2, 2, 2)), "", List.of(), 600, NOW);
        assertThatIllegalArgumentException().isThrownBy(() -> new RecordSigner(PEER).sign(other));
        assertThatIllegalArgumentException().isThrownBy(() -> SignedRecord.of(other));
    }

    @Test
    void clocks_may_be_five_minutes_ahead_and_no_more() {
        long edge = NOW + RecordVerifier.AHEAD_MILLIS_MAX;
        assertThat(verifier.verify(record(600, edge).encode(), NOTHING, NOW)).isInstanceOf(Outcome.Accepted.class);
        refused(Refusal.FUTURE, record(600, edge + 1).encode());
        refused(Refusal.FUTURE, record(600, NOW + 3_600_000).encode());
        refused(
                Refusal.FUTURE,
                new RecordSigner(PEER).withdraw(CID, "", edge + 1).encode());
    }

    @Test
    void what_ran_out_on_the_way_is_refused() {
        assertThat(verifier.verify(record(60, NOW - 59_999).encode(), NOTHING, NOW))
                .isInstanceOf(Outcome.Accepted.class);
        refused(Refusal.EXPIRED, record(60, NOW - 60_000).encode());
    }

    @Test
    void nobody_speaks_for_us() {
        RecordVerifier ours = Verifying.by(PEER.id(), counts);
        assertThat(ours.verify(record(600, NOW).encode(), NOTHING, NOW))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class, r -> assertThat(r.why()).isEqualTo(Refusal.WRONG_PUBLISHER));
        refused(Refusal.WRONG_PUBLISHER, forged(put("locator", new NodeId(new Key(7, 7, 7, 7)).text())));
    }

    @Test
    void a_signature_is_of_these_keys_over_this_record_in_this_context() {
        SignedRecord good = record(600, NOW);
        NodeIdentity thief = NodeIdentity.ephemeralClassical();
        SignedRecord stolen =
                new SignedRecord(good.cid(), thief.keys(), good.locator(), good.addrs(), 600, NOW, good.signatures());
        refused(Refusal.BAD_SIGNATURE, stolen.encode());
        refused(
                Refusal.BAD_SIGNATURE,
                good.with(List.of(thief.signEd25519(SigningContext.PROVIDER_RECORD, good.signedBytes())))
                        .encode());
        refused(
                Refusal.BAD_SIGNATURE,
                good.with(List.of(PEER.signEd25519(SigningContext.NODE_RECORD, good.signedBytes())))
                        .encode());
        refused(Refusal.BAD_SIGNATURE, good.with(List.of()).encode());
        // The same Ed25519 key with a post-quantum key beside it is another node, and other bytes.
        SignedRecord richer = new SignedRecord(
                good.cid(),
                NodeKeys.of(PEER.keys().ed25519(), new Key(1, 2, 3, 4)),
                good.locator(),
                good.addrs(),
                600,
                NOW,
                good.signatures());
        refused(Refusal.BAD_SIGNATURE, richer.encode());
    }

    @Test
    void a_way_to_a_root_alone_is_not_enough_and_who_has_no_key_has_no_root() {
        SignedRecord good = record(600, NOW);
        Signature byRoot =
                new Signature.ByRoot(SignatureAlgorithm.ML_DSA_87, new Key(1, 2, 3, 4), List.of(new Key(5, 6, 7, 8)));
        refused(Refusal.BAD_SIGNATURE, good.with(List.of(byRoot)).encode());
        refused(
                Refusal.BAD_SIGNATURE,
                good.with(List.of(good.signatures().getFirst(), byRoot)).encode());
    }

    @Test
    void signatures_of_algorithms_to_come_are_passed_over() throws Exception {
        CBORObject map = CBORObject.DecodeFromBytes(record(600, NOW).encode());
        map.get("sigs").Add(CBORObject.NewMap().Add("alg", 9).Add("proof", "later"));
        assertThat(verifier.verify(map.EncodeToBytes(), NOTHING, NOW)).isEqualTo(accepted(record(600, NOW)));
        assertThat(SignedRecord.decode(map.EncodeToBytes()).signatures()).hasSize(1);
    }

    @Test
    void fields_to_come_are_ignored() {
        CBORObject map = CBORObject.DecodeFromBytes(record(600, NOW).encode());
        map.set("later", CBORObject.FromObject(1));
        byte[] later = map.EncodeToBytes();
        assertThat(verifier.verify(later, NOTHING, NOW)).isEqualTo(accepted(record(600, NOW)));
    }

    @Test
    void the_text_must_stand_for_the_key() {
        refused(Refusal.WRONG_KEY, forged(put("text", "b3:other")));
        refused(Refusal.WRONG_SHAPE, forged(put("text", " b3:short")));
        refused(Refusal.WRONG_SHAPE, forged(put("text", "\u202eb3:short")));
        refused(Refusal.WRONG_SHAPE, forged(map -> {
            map.set("key", CBORObject.FromObject(new byte[32]));
            map.set("text", CBORObject.FromObject("b3:" + "0".repeat(64)));
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "publisher", "ttl", "ts"})
    void what_must_be_there_must_be_there(String field) {
        refused(Refusal.WRONG_SHAPE, forged(map -> map.Remove(CBORObject.FromObject(field))));
        refused(Refusal.WRONG_SHAPE, forged(put(field, "a text")));
        refused(Refusal.WRONG_SHAPE, forged(put(field, new byte[33])));
        refused(Refusal.WRONG_SHAPE, forged(put(field, -1)));
        refused(Refusal.WRONG_SHAPE, forged(put(field, Long.MAX_VALUE)));
    }

    @Test
    void each_thing_has_one_form() {
        refused(Refusal.WRONG_SHAPE, forged(put("locator", "")));
        refused(Refusal.WRONG_SHAPE, forged(put("locator", "x".repeat(513))));
        refused(Refusal.WRONG_SHAPE, forged(put("addrs", CBORObject.NewArray())));
        refused(Refusal.WRONG_SHAPE, forged(put("ttl", 172_801)));
        refused(Refusal.WRONG_SHAPE, forged(put("ttl", 0)));
        byte[] withZeroHash = new byte[64];
        System.arraycopy(PEER.keys().ed25519().bytes(), 0, withZeroHash, 0, 32);
        refused(Refusal.WRONG_SHAPE, forged(put("publisher", withZeroHash)));
        CBORObject many = CBORObject.NewArray();
        for (int i = 0; i <= ProviderRecord.ADDRS_MAX; i++) {
            many.Add("a" + i);
        }
        refused(Refusal.WRONG_SHAPE, forged(put("addrs", many)));
        CBORObject twice = CBORObject.DecodeFromBytes(record(600, NOW).encode());
        twice.get("sigs").Add(twice.get("sigs").get(0));
        refused(Refusal.WRONG_SHAPE, twice.EncodeToBytes());
    }

    @Test
    void hostile_bytes_are_counted_by_reason_and_disturb_nothing() {
        refused(Refusal.OVER_SIZE, new byte[SignedRecord.BYTES_MAX + 1]);
        refused(Refusal.TRUNCATED, new byte[0]);
        refused(Refusal.TRUNCATED, new byte[] {(byte) 0xbb, 127, -1, -1, -1, -1, -1, -1, -1});
        refused(Refusal.NOT_CANONICAL, new byte[] {(byte) 0xbf, (byte) 0xff});
        refused(Refusal.DUPLICATE_FIELD, new byte[] {(byte) 0xa2, 0x61, 'a', 0, 0x61, 'a', 0});
        byte[] deep = new byte[1_000];
        java.util.Arrays.fill(deep, (byte) 0x81);
        refused(Refusal.TOO_DEEP, deep);
        refused(Refusal.WRONG_SHAPE, new byte[] {0});
        assertThat(counts.total()).isEqualTo(7);
        assertThat(verifier.verify(record(600, NOW).encode(), NOTHING, NOW)).isInstanceOf(Outcome.Accepted.class);
    }
}
