package io.svcdht.node.network;

import io.svcdht.node.trust.RecordTree;
import io.svcdht.node.trust.RootSigner;
import io.svcdht.node.wire.RootSignatures;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Gathers our own records into batches, so that one post-quantum signature serves many. The first after a pause goes out
 * at once; what comes within the window behind a signature waits for the next one. Any thread; signs on whichever
 * closes a batch.
 */
final class Gathering {
    /** Roots that are remembered for who asks for them later, some 7 kB each. */
    static final int ROOTS_MAX = 512;

    private static final long MILLI = 1_000_000L;

    /** Runs work on a worker, later. */
    @FunctionalInterface
    interface Later {
        void after(long millis, Runnable work);
    }

    private record Waiting(List<SignedRecord> records, CompletableFuture<List<SignedRecord>> signed) {}

    private final RootSigner signer;
    private final Later later;
    private final LongSupplier nanos;
    private final Map<Key, RootSignatures> roots = BoundedMap.byAge(ROOTS_MAX);

    private List<Waiting> waiting = new ArrayList<>();
    private int gathered;
    private boolean signedBefore;
    private long signedNanos;
    /** When the batch is closed at the latest; meaningless while nothing waits for that. */
    private long closesNanos;

    private boolean closing;

    /** @param nanos a clock that only goes on */
    Gathering(RootSigner signer, Later later, LongSupplier nanos) {
        this.signer = signer;
        this.later = later;
        this.nanos = nanos;
    }

    /**
     * Signs records together with others.
     *
     * @param records each with its Ed25519 signature alone, at most as many as a batch holds
     * @param windowMillis how soon after the last signature there may be another one
     */
    CompletableFuture<List<SignedRecord>> sign(List<SignedRecord> records, long windowMillis) {
        if (records.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Waiting mine = new Waiting(records, new CompletableFuture<>());
        List<Waiting> full = List.of();
        long wait = 0;
        synchronized (this) {
            if (gathered + records.size() > RecordTree.RECORDS_MAX) {
                full = take();
            }
            waiting.add(mine);
            gathered += records.size();
            long now = nanos.getAsLong();
            long due = signedBefore ? signedNanos + windowMillis * MILLI : now;
            if (due - now <= 0) {
                wait = -1;
            } else if (!closing || due - closesNanos < 0) {
                closing = true;
                closesNanos = due;
                wait = (due - now + MILLI - 1) / MILLI;
            }
        }
        close(full);
        if (wait < 0) {
            close();
        } else if (wait > 0) {
            later.after(wait, this::close);
        }
        return mine.signed;
    }

    /** The signatures over a root of ours, with our whole key. */
    Optional<RootSignatures> root(Key id) {
        synchronized (roots) {
            return Optional.ofNullable(roots.get(id));
        }
    }

    private void close() {
        List<Waiting> batch;
        synchronized (this) {
            batch = take();
        }
        close(batch);
    }

    private List<Waiting> take() {
        List<Waiting> taken = waiting;
        waiting = new ArrayList<>();
        gathered = 0;
        closing = false;
        if (!taken.isEmpty()) {
            signedBefore = true;
            signedNanos = nanos.getAsLong();
        }
        return taken;
    }

    private void close(List<Waiting> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            List<SignedRecord> all = new ArrayList<>();
            batch.forEach(w -> all.addAll(w.records()));
            RootSigner.Signed signed = signer.sign(all);
            synchronized (roots) {
                roots.put(signed.root(), signed.signatures());
            }
            int from = 0;
            for (Waiting w : batch) {
                int to = from + w.records().size();
                w.signed().complete(List.copyOf(signed.records().subList(from, to)));
                from = to;
            }
        } catch (RuntimeException e) {
            batch.forEach(w -> w.signed().completeExceptionally(e));
        }
    }
}
