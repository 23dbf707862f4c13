package io.svcdht.node.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Who waits to be told how many hold a word of ours, by the position of its event. Only for the network's event loop. */
final class ReplicaWaits {
    /** Publications whose number of holders is remembered for whoever asks a moment late. */
    private static final int DONE_MAX = 4_096;

    private final Map<Long, List<CompletableFuture<Integer>>> awaited = new HashMap<>();
    private final Map<Long, Integer> done = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
            return size() > DONE_MAX;
        }
    };

    void told(long position, int holders) {
        done.put(position, holders);
        List<CompletableFuture<Integer>> waiting = awaited.remove(position);
        if (waiting != null) {
            waiting.forEach(f -> f.complete(holders));
        }
    }

    /** What was told of it already. */
    OptionalInt already(long position) {
        Integer holders = done.get(position);
        return holders == null ? OptionalInt.empty() : OptionalInt.of(holders);
    }

    void add(long position, CompletableFuture<Integer> holders) {
        awaited.computeIfAbsent(position, p -> new ArrayList<>(1)).add(holders);
    }

    /** Nobody will be told any more. */
    void giveUp(long position) {
        awaited.remove(position);
    }

    void stop() {
        awaited.values().forEach(all -> all.forEach(f -> f.complete(0)));
    }
}
