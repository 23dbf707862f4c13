package io.svcdht.benchmarks;

import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.Outcome;
import io.svcdht.node.trust.PqCounts;
import io.svcdht.node.trust.PqPolicy;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.trust.RecordVerifier;
import io.svcdht.node.trust.RecordVerifier.Presented;
import io.svcdht.node.trust.RootSigner;
import io.svcdht.node.trust.RootVerifier;
import io.svcdht.node.trust.SigningContext;
import io.svcdht.node.trust.Vouched;
import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Roots;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What believing a record costs: signed classically, with both signatures of its own, or in a batch of 10,000 whose
 * root is checked once; from the record as it was read, and from its bytes. And what signing costs.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class TrustBenchmark {
    private static final int BATCH = 10_000;
    private static final long NOW = 1_767_225_600_000L;
    private static final PqPolicy POLICY =
            new PqPolicy(true, true, OptionalLong.empty(), ProviderRecord.TTL_SECONDS_MAX);

    private final NodeIdentity peer = NodeIdentity.ephemeral();
    private final List<SignedRecord> single = records();
    private final RootSigner.Signed batch = new RootSigner(peer).sign(single);
    private final byte[] rootSignatures = batch.signatures().encode();
    private final SignedRecord dual = dual(single.getFirst());
    private final byte[] batchedBytes = batch.records().getFirst().encode();
    private final PqCounts counts = new PqCounts();
    private final RootVerifier roots = new RootVerifier(Roots::new, counts);
    private final RecordVerifier verifier =
            new RecordVerifier(new NodeId(new Key(1, 1, 1, 1)), roots, () -> POLICY, counts, why -> {});
    private final Presented presented = id -> rootSignatures;
    private int next;

    /** A verifier that knows the key and no root. */
    public TrustBenchmark() {
        roots.learn(peer.mlDsa87().orElseThrow());
    }

    private List<SignedRecord> records() {
        RecordSigner signer = new RecordSigner(peer);
        List<SignedRecord> all = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            all.add(signer.sign(new ProviderRecord(
                    ContentId.of(new Key(i, 2, 3, 4)), peer.id(), "local://shelf/20bytes", List.of(), 600, NOW)));
        }
        return all;
    }

    private SignedRecord dual(SignedRecord r) {
        Signature post = peer.signMlDsa87(SigningContext.PROVIDER_RECORD, r.signedBytes())
                .orElseThrow();
        return r.with(List.of(r.signatures().getFirst(), post));
    }

    private int index() {
        next = (next + 1) % BATCH;
        return next;
    }

    private Outcome<Vouched> accepted(Outcome<Vouched> outcome) {
        if (outcome instanceof Outcome.Refused<Vouched>(var why, String detail)) {
            throw new IllegalStateException(why + ": " + detail);
        }
        return outcome;
    }

    @Benchmark
    public Outcome<Vouched> verifyClassical() {
        return accepted(verifier.verify(single.get(index()), Presented.NOTHING, NOW));
    }

    @Benchmark
    public Outcome<Vouched> verifyBoth() {
        return accepted(verifier.verify(dual, Presented.NOTHING, NOW));
    }

    @Benchmark
    public Outcome<Vouched> verifyBatched() {
        return accepted(verifier.verify(batch.records().get(index()), presented, NOW));
    }

    @Benchmark
    public Outcome<Vouched> readAndVerifyBatched() {
        return accepted(verifier.verify(batchedBytes, presented, NOW));
    }

    @Benchmark
    public SignedRecord readBatched() throws Malformed {
        return SignedRecord.decode(batchedBytes);
    }

    /** The cheapest refusal behind the shape: the path leads elsewhere, and no public key is touched. */
    @Benchmark
    public Outcome<Vouched> refuseBadPath() {
        int i = index();
        SignedRecord r = batch.records().get(i);
        Signature other = batch.records().get((i + 1) % BATCH).signatures().getLast();
        return verifier.verify(r.with(List.of(r.signatures().getFirst(), other)), presented, NOW);
    }

    @Benchmark
    public SignedRecord signClassical() {
        return new RecordSigner(peer).sign(recordOf(index()));
    }

    @Benchmark
    public SignedRecord signBoth() {
        return dual(new RecordSigner(peer).sign(recordOf(index())));
    }

    /** A record's share of a batch, its classical signature left out. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public RootSigner.Signed signBatch() {
        return new RootSigner(peer).sign(single);
    }

    private ProviderRecord recordOf(int i) {
        return new ProviderRecord(
                ContentId.of(new Key(i, 2, 3, 4)), peer.id(), "local://shelf/20bytes", List.of(), 600, NOW);
    }
}
