package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.upokecenter.cbor.CBORObject;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.RootSignatures;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records in batches: what is believed, what is not, and what it costs. */
class DualRecordTest {
    private static final long NOW = 1_767_225_600_000L;
    private static final NodeId SELF = new NodeId(new Key(1, 1, 1, 1));
    private static final NodeIdentity PEER = NodeIdentity.ephemeral();
    private static final NodeIdentity OTHER = NodeIdentity.ephemeral();
    private static final List<SignedRecord> SINGLE = records(PEER, 5);
    private static final RootSigner.Signed BATCH = new RootSigner(PEER).sign(SINGLE);

    private final RefusalCounts counts = new RefusalCounts();
    private final PqCounts signed = new PqCounts();
    private final Map<Key, byte[]> came =
            new HashMap<>(Map.of(BATCH.root(), BATCH.signatures().encode()));
    private final List<Key> lacking = new ArrayList<>();
    private RecordVerifier verifier = by(Verifying.ASKS_FOR_NOTHING, new Roots());

    private final RecordVerifier.Presented presented = new RecordVerifier.Presented() {
        @Override
        public byte[] root(Key id) {
            return came.get(id);
        }

        @Override
        public void lacking(Key root, io.svcdht.storage.model.NodeKeys publisher, boolean keyAlone) {
            lacking.add(root);
        }
    };

    private RecordVerifier by(PqPolicy policy, RootView kept) {
        return Verifying.by(SELF, policy, kept, signed, counts);
    }

    private static List<SignedRecord> records(NodeIdentity by, int n) {
        RecordSigner signer = new RecordSigner(by);
        List<SignedRecord> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            all.add(signer.sign(new ProviderRecord(
                    ContentId.of(new Key(i, 2, 3, 4)), by.id(), "local://shelf-" + i, List.of("x"), 600, NOW)));
        }
        return all;
    }

    private Outcome<Vouched> verify(SignedRecord record) {
        return verifier.verify(record.encode(), presented, NOW);
    }

    private void refused(Refusal why, SignedRecord record) {
        refused(why, record.encode());
    }

    private void refused(Refusal why, byte[] wire) {
        assertThat(verifier.verify(wire, presented, NOW))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        r -> assertThat(r.why()).as(r.detail()).isEqualTo(why));
    }

    private static SignedRecord first() {
        return BATCH.records().getFirst();
    }

    private static Signature.ByRoot way(SignedRecord record) {
        return (Signature.ByRoot) record.signatures().getLast();
    }

    private static SignedRecord with(SignedRecord record, Key root, List<Key> path) {
        return record.with(List.of(
                record.signatures().getFirst(), new Signature.ByRoot(SignatureAlgorithm.ML_DSA_87, root, path)));
    }

    @Test
    void one_signature_serves_the_batch_and_its_records_can_be_handed_on() {
        for (SignedRecord record : BATCH.records()) {
            assertThat(verify(record)).isInstanceOfSatisfying(Outcome.Accepted.class, a -> {
                Vouched vouched = (Vouched) a.value();
                assertThat(vouched.record()).isEqualTo(record);
                assertThat(vouched.root().root().id()).isEqualTo(BATCH.root());
                assertThat(vouched.root().key()).isEqualTo(PEER.mlDsa87().orElseThrow());
                assertThat(SignedRecord.of(record.record()).encode()).isEqualTo(record.encode());
                assertThat(record.record().proof().root()).isEqualTo(BATCH.root());
            });
        }
        assertThat(signed.dualRatio()).isEqualTo(1);
        // Known from now on, whether it comes again or not.
        came.clear();
        assertThat(verify(first())).isInstanceOf(Outcome.Accepted.class);
        assertThat(signed.dualRatio()).isEqualTo(1);
    }

    @Test
    void sizes_stay_below_what_was_promised() {
        RootSigner.Signed large = new RootSigner(PEER).sign(records(PEER, 10_000));
        assertThat(large.records().getLast().encode()).hasSizeLessThanOrEqualTo(900);
        assertThat(large.signatures().encode()).hasSizeLessThanOrEqualTo(7_500 - Key.BYTES - 2);
    }

    @Test
    void a_path_that_does_not_lead_to_the_root_is_refused_before_any_signature_is_looked_at() {
        SignedRecord good = first();
        List<Key> path = way(good).path();
        came.put(BATCH.root(), new byte[] {0});
        refused(Refusal.BAD_PATH, with(good, BATCH.root(), path.subList(0, path.size() - 1)));
        refused(Refusal.BAD_PATH, with(good, BATCH.root(), List.of()));
        List<Key> longer = new ArrayList<>(path);
        longer.add(path.getFirst());
        refused(Refusal.BAD_PATH, with(good, BATCH.root(), longer));
        refused(Refusal.BAD_PATH, with(good, new Key(5, 5, 5, 5), path));
        refused(Refusal.BAD_PATH, with(BATCH.records().get(1), BATCH.root(), path));
        assertThat(counts.of(Refusal.BAD_PATH)).isEqualTo(5);
        assertThat(signed.failures(SignatureAlgorithm.ML_DSA_87)).isZero();
        assertThat(signed.failures(SignatureAlgorithm.ED25519)).isZero();
    }

    @Test
    void words_that_were_changed_in_the_batch_are_refused() {
        SignedRecord r = first();
        SignedRecord elsewhere = new SignedRecord(
                r.cid(), r.publisher(), r.locator(), List.of("y"), r.ttlSeconds(), r.issuedAtMillis(), r.signatures());
        refused(Refusal.BAD_PATH, elsewhere);
        SignedRecord longer = new SignedRecord(
                r.cid(), r.publisher(), r.locator(), r.addrs(), 1_200, r.issuedAtMillis(), r.signatures());
        refused(Refusal.BAD_PATH, longer);
        SignedRecord others = new SignedRecord(
                r.cid(), OTHER.keys(), r.locator(), r.addrs(), r.ttlSeconds(), r.issuedAtMillis(), r.signatures());
        refused(Refusal.BAD_PATH, others);
    }

    @Test
    void nobody_can_put_another_classical_signature_beside_the_path() {
        byte[] garbled = ((Signature.Direct) first().signatures().getFirst()).bytes();
        garbled[3] ^= 1;
        refused(
                Refusal.BAD_PATH,
                first().with(List.of(new Signature.Direct(SignatureAlgorithm.ED25519, garbled), way(first()))));
    }

    @Test
    void a_root_needs_both_signatures_of_the_publisher_of_the_record() {
        RootSignatures good = BATCH.signatures();
        byte[] body = RootSignatures.signedBytes(BATCH.root(), PEER.keys());
        byte[] ed = good.ed25519().bytes();
        ed[0] ^= 1;
        came.put(
                BATCH.root(),
                new RootSignatures(new Signature.Direct(SignatureAlgorithm.ED25519, ed), good.mlDsa87(), good.key())
                        .encode());
        refused(Refusal.BAD_SIGNATURE, first());
        assertThat(signed.failures(SignatureAlgorithm.ED25519)).isEqualTo(1);

        byte[] ml = good.mlDsa87().bytes();
        ml[100] ^= 1;
        came.put(
                BATCH.root(),
                new RootSignatures(good.ed25519(), new Signature.Direct(SignatureAlgorithm.ML_DSA_87, ml), good.key())
                        .encode());
        refused(Refusal.BAD_SIGNATURE, first());
        assertThat(signed.failures(SignatureAlgorithm.ML_DSA_87)).isEqualTo(1);

        RootSignatures byOther = new RootSignatures(
                OTHER.signEd25519(SigningContext.RECORD_ROOT, body),
                OTHER.signMlDsa87(SigningContext.RECORD_ROOT, body).orElseThrow(),
                OTHER.mlDsa87().orElseThrow());
        came.put(BATCH.root(), byOther.encode());
        refused(Refusal.BAD_SIGNATURE, first());
        came.put(BATCH.root(), good.encode());
        assertThat(verify(first())).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void a_root_is_of_the_keys_in_the_record() {
        byte[] body = RootSignatures.signedBytes(BATCH.root(), PEER.keys());
        RootSignatures half = new RootSignatures(
                BATCH.signatures().ed25519(),
                OTHER.signMlDsa87(SigningContext.RECORD_ROOT, body).orElseThrow(),
                OTHER.mlDsa87().orElseThrow());
        came.put(BATCH.root(), half.encode());
        refused(Refusal.BAD_SIGNATURE, first());
    }

    @Test
    void a_root_that_is_known_is_that_of_its_publisher_alone() {
        List<SignedRecord> mixed = List.of(records(OTHER, 1).getFirst(), SINGLE.get(1));
        RootSigner.Signed theirs = new RootSigner(OTHER).sign(mixed);
        came.put(theirs.root(), theirs.signatures().encode());
        verifier = by(Verifying.requiredFrom(NOW), new Roots());
        assertThat(verify(theirs.records().getFirst())).isInstanceOf(Outcome.Accepted.class);
        assertThat(verify(theirs.records().getLast())).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void a_signature_made_for_something_else_does_not_stand_for_a_root() {
        byte[] body = RootSignatures.signedBytes(BATCH.root(), PEER.keys());
        for (SigningContext context : SigningContext.values()) {
            if (context == SigningContext.RECORD_ROOT) {
                continue;
            }
            came.put(
                    BATCH.root(),
                    new RootSignatures(
                                    BATCH.signatures().ed25519(),
                                    PEER.signMlDsa87(context, body).orElseThrow(),
                                    PEER.mlDsa87().orElseThrow())
                            .encode());
            refused(Refusal.BAD_SIGNATURE, first());
            came.put(
                    BATCH.root(),
                    new RootSignatures(
                                    PEER.signEd25519(context, body),
                                    BATCH.signatures().mlDsa87(),
                                    PEER.mlDsa87().orElseThrow())
                            .encode());
            refused(Refusal.BAD_SIGNATURE, first());
        }
    }

    @Test
    void signatures_of_a_wrong_length_a_wrong_kind_or_a_thousand_of_them_are_refused_by_their_shape() {
        came.put(BATCH.root(), changed(map -> map.get(1).set("sig", CBORObject.FromObject(new byte[4_626]))));
        refused(Refusal.WRONG_SHAPE, first());
        came.put(BATCH.root(), changed(map -> map.get(1).set("key", CBORObject.FromObject(new byte[2_591]))));
        refused(Refusal.WRONG_SHAPE, first());
        came.put(BATCH.root(), changed(map -> map.get(0).set("sig", CBORObject.FromObject(new byte[65]))));
        refused(Refusal.WRONG_SHAPE, first());
        came.put(BATCH.root(), changed(list -> list.RemoveAt(0)));
        refused(Refusal.WRONG_SHAPE, first());
        CBORObject thousand = CBORObject.DecodeFromBytes(SINGLE.getFirst().encode());
        CBORObject one = thousand.get("sigs").get(0);
        CBORObject all = CBORObject.NewArray();
        for (int i = 0; i < 1_000; i++) {
            all.Add(CBORObject.NewMap().Add("alg", i % 256).Add("sig", one.get("sig")));
        }
        thousand.set("sigs", all);
        refused(Refusal.OVER_SIZE, thousand.EncodeToBytes());
        CBORObject many = CBORObject.NewArray();
        for (int i = 0; i < 9; i++) {
            many.Add(CBORObject.NewMap().Add("alg", 10 + i).Add("sig", one.get("sig")));
        }
        thousand.set("sigs", many);
        refused(Refusal.WRONG_SHAPE, thousand.EncodeToBytes());
        CBORObject long15 = CBORObject.DecodeFromBytes(first().encode());
        CBORObject path = long15.get("sigs").get(1).get("path");
        while (path.size() <= Signature.PATH_MAX) {
            path.Add(new byte[32]);
        }
        refused(Refusal.WRONG_SHAPE, long15.EncodeToBytes());
        assertThat(signed.failures(SignatureAlgorithm.ML_DSA_87)).isZero();
    }

    private static byte[] changed(java.util.function.Consumer<CBORObject> change) {
        CBORObject list = CBORObject.DecodeFromBytes(BATCH.signatures().encode());
        change.accept(list);
        return list.EncodeToBytes();
    }

    @Test
    void a_root_that_did_not_come_is_told_and_the_record_believed_by_its_classical_signature_alone() {
        came.clear();
        assertThat(verify(first())).isInstanceOfSatisfying(Outcome.Accepted.class, a -> {
            Vouched vouched = (Vouched) a.value();
            assertThat(vouched.root()).isNull();
            assertThat(vouched.record()).isEqualTo(SINGLE.getFirst());
        });
        assertThat(lacking).containsExactly(BATCH.root());
        assertThat(signed.classicalOnly()).isEqualTo(1);
        verifier = by(Verifying.requiredFrom(NOW), new Roots());
        refused(Refusal.PQ_REQUIRED, first());
    }

    private Outcome<Vouched> verifyHurried(SignedRecord record) {
        return verifier.verify(
                record.encode(),
                new RecordVerifier.Presented() {
                    @Override
                    public byte[] root(Key id) {
                        return came.get(id);
                    }

                    @Override
                    public boolean hurried() {
                        return true;
                    }
                },
                NOW);
    }

    @Test
    void who_hurries_passes_an_unknown_root_over_but_not_from_the_day_on() {
        assertThat(verifyHurried(first()))
                .isInstanceOfSatisfying(Outcome.Accepted.class, a -> assertThat(((Vouched) a.value()).record())
                        .isEqualTo(SINGLE.getFirst()));
        assertThat(signed.classicalOnly()).as("nobody left anything out").isZero();
        verify(first());
        assertThat(verifyHurried(first()))
                .as("now the root is known")
                .isInstanceOfSatisfying(Outcome.Accepted.class, a -> assertThat(((Vouched) a.value()).root())
                        .isNotNull());

        verifier = by(Verifying.requiredFrom(NOW), new Roots());
        came.put(BATCH.root(), new RootSigner(OTHER).sign(SINGLE).signatures().encode());
        assertThat(verifyHurried(first())).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void from_the_day_on_nothing_classical_alone_is_believed_and_ids_without_a_key_neither() {
        verifier = by(Verifying.requiredFrom(NOW + 1), new Roots());
        assertThat(verify(SINGLE.getFirst())).isInstanceOf(Outcome.Accepted.class);
        NodeIdentity classical = NodeIdentity.ephemeralClassical();
        assertThat(verify(records(classical, 1).getFirst())).isInstanceOf(Outcome.Accepted.class);

        verifier = by(Verifying.requiredFrom(NOW), new Roots());
        refused(Refusal.PQ_REQUIRED, SINGLE.getFirst());
        refused(Refusal.PQ_REQUIRED, records(classical, 1).getFirst());
        refused(Refusal.PQ_REQUIRED, new RecordSigner(PEER).withdraw(first().cid(), "", NOW));
        assertThat(verify(first())).isInstanceOf(Outcome.Accepted.class);
        assertThat(signed.classicalOnly()).isEqualTo(5);
    }

    @Test
    void time_and_life_are_judged_as_without_a_batch() {
        RecordSigner signer = new RecordSigner(PEER);
        List<SignedRecord> odd = new ArrayList<>();
        for (long issuedAt : new long[] {NOW + 300_001, NOW - 600_000}) {
            odd.add(signer.sign(
                    new ProviderRecord(ContentId.of(new Key(9, 9, 9, 9)), PEER.id(), "", List.of(), 600, issuedAt)));
        }
        RootSigner.Signed batch = new RootSigner(PEER).sign(odd);
        came.put(batch.root(), batch.signatures().encode());
        refused(Refusal.FUTURE, batch.records().get(0));
        refused(Refusal.EXPIRED, batch.records().get(1));
        verifier = by(new PqPolicy(true, true, java.util.OptionalLong.empty(), 599), new Roots());
        refused(Refusal.TTL, first());
    }

    @Test
    void a_signature_of_its_own_is_checked_where_the_key_is_known() {
        SignedRecord single = SINGLE.getFirst();
        byte[] body = single.signedBytes();
        Signature.Direct own =
                PEER.signMlDsa87(SigningContext.PROVIDER_RECORD, body).orElseThrow();
        SignedRecord dual = single.with(List.of(single.signatures().getFirst(), own));
        State state = new State(new HeapStore());
        Fold.apply(
                state,
                1,
                NOW,
                0,
                new DhtEvent.KeyLearned(PEER.keys(), PEER.mlDsa87().orElseThrow()));
        verifier = by(Verifying.requiredFrom(0), state.roots());
        assertThat(verify(dual)).isInstanceOf(Outcome.Accepted.class);
        byte[] wrong = own.bytes();
        wrong[9] ^= 1;
        refused(
                Refusal.BAD_SIGNATURE,
                single.with(List.of(
                        single.signatures().getFirst(), new Signature.Direct(SignatureAlgorithm.ML_DSA_87, wrong))));
        refused(
                Refusal.BAD_SIGNATURE,
                single.with(List.of(
                        single.signatures().getFirst(),
                        PEER.signMlDsa87(SigningContext.NODE_RECORD, body).orElseThrow())));
        verifier = by(Verifying.requiredFrom(0), new Roots());
        refused(Refusal.PQ_REQUIRED, dual);
    }

    @Test
    void what_the_journal_keeps_is_not_checked_again() {
        State state = new State(new HeapStore());
        RootProof proof = new RootProof(
                new io.svcdht.storage.model.SignedRoot(
                        BATCH.root(), PEER.keys(), BATCH.signatures().with(null).encode()),
                PEER.mlDsa87().orElseThrow());
        Fold.apply(state, 1, NOW, 0, new DhtEvent.KeyLearned(PEER.keys(), proof.key()));
        Fold.apply(state, 2, NOW, 0, new DhtEvent.RootAccepted(proof.root()));
        came.clear();
        verifier = by(Verifying.requiredFrom(0), state.roots());
        assertThat(verify(first())).isInstanceOf(Outcome.Accepted.class);
        // Its key went with it.
        Fold.apply(state, 3, NOW, 0, new DhtEvent.RootDropped(BATCH.root()));
        assertThat(state.roots().isEmpty()).isTrue();
        refused(Refusal.PQ_REQUIRED, first());
    }
}
