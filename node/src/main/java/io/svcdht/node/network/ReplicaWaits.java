package io.svcdht.node.network;

import io.svcdht.node.Network.Replicas;
import io.svcdht.storage.bounded.BoundedMap;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Who waits to be told how many hold a word of ours, by the position of its event. Only for the network's event loop. */
final class ReplicaWaits {
    /** Publications whose number of holders is remembered for whoever asks a moment late. */
    private static final int DONE_MAX = 4_096;

    private final Map<Long, List<CompletableFuture<Replicas>>> awaited = new HashMap<>();
    private final Map<Long, Replicas> done = BoundedMap.byAge(DONE_MAX);

    void told(long position, Replicas holders) {
        done.put(position, holders);
        List<CompletableFuture<Replicas>> waiting = awaited.remove(position);
        if (waiting != null) {
            waiting.forEach(f -> f.complete(holders));
        }
    }

    /**
     * Tells it as soon as it is known.
     *
     * @param millisMax then it is given up; 0 = at once
     */
    void await(long position, Vertx vertx, int millisMax, CompletableFuture<Replicas> holders) {
        Replicas already = done.get(position);
        if (already != null || millisMax == 0) {
            holders.complete(already == null ? Replicas.UNTOLD : already);
            return;
        }
        awaited.computeIfAbsent(position, p -> new ArrayList<>(1)).add(holders);
        vertx.setTimer(millisMax, t -> {
            if (holders.complete(Replicas.UNTOLD)) {
                forgetAnswered(position);
            }
        });
    }

    /** Those who have their answer are not to be told any more. */
    private void forgetAnswered(long position) {
        awaited.computeIfPresent(position, (p, waiting) -> {
            waiting.removeIf(CompletableFuture::isDone);
            return waiting.isEmpty() ? null : waiting;
        });
    }

    void stop() {
        awaited.values().forEach(all -> all.forEach(f -> f.complete(Replicas.UNTOLD)));
    }
}
