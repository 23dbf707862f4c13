package io.svcdht.node.peering;

import io.svcdht.storage.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether this node can do its work (contracts §4, Ready). Pure; it is told what happens and asked what that comes to.
 *
 * <pre>
 *            alone for 300 ms, or a quorum of seeds and enough buckets
 *  BOOTING ────────────────────────────────────────────────────────────▶ READY
 *                                                                        │  ▲
 *            no live contact left, half of all requests run out,         ▼  │  over
 *            disk below its reserve                                    DEGRADED
 * </pre>
 */
public final class Readiness {
    /** What a node is good for. */
    public sealed interface State {
        /** Not yet: {@code missing} says what for. */
        record Booting(List<String> missing) implements State {}

        /** Reads and writes. */
        record Ready(String reason) implements State {}

        /** Reads only: {@code missing} says why. */
        record Degraded(List<String> missing) implements State {}
    }

    /**
     * What the routing table says.
     *
     * @param live members that answered and are not under suspicion
     * @param networkSize nodes there are, estimated; 0 = no idea
     * @param filledBuckets buckets with a member
     */
    public record Surroundings(int live, long networkSize, int filledBuckets) {}

    /** How long a node without seeds waits for company. */
    static final long ALONE_NANOS = 300_000_000L;

    public static final int QUORUM_MAX = 3;
    static final int FILL_PERCENT = 60;
    static final long WINDOW_NANOS = 60_000_000_000L;
    static final int REQUESTS_MIN = 20;
    private static final int WINDOW_REQUESTS_MAX = 4_096;

    private record Request(long atNanos, boolean timedOut) {}

    private final Set<NodeId> answered = new HashSet<>();
    private final Deque<Request> requests = new ArrayDeque<>();
    private int seeds;
    private final int k;
    private final long beganAtNanos;

    private int timeouts;
    private boolean everReady;
    private boolean everLive;
    private boolean diskLow;

    /** @param seeds distinct seeds that are not ourselves */
    public Readiness(int seeds, int k, long nowNanos) {
        this.seeds = seeds;
        this.k = k;
        this.beganAtNanos = nowNanos;
    }

    /** A seed answered under this id. */
    public void seedAnswered(NodeId id) {
        answered.add(id);
    }

    /** One of the seeds turned out to be ourselves. */
    public void seedIsOurselves() {
        seeds--;
    }

    public int seeds() {
        return seeds;
    }

    public int seedsUp() {
        return answered.size();
    }

    /** A request to a peer was answered, or ran out. */
    public void requestEnded(boolean timedOut, long nowNanos) {
        requests.addLast(new Request(nowNanos, timedOut));
        timeouts += timedOut ? 1 : 0;
        forget(nowNanos);
    }

    public void disk(boolean belowReserve) {
        diskLow = belowReserve;
    }

    private void forget(long nowNanos) {
        while (!requests.isEmpty()
                && (requests.size() > WINDOW_REQUESTS_MAX || nowNanos - requests.getFirst().atNanos > WINDOW_NANOS)) {
            timeouts -= requests.removeFirst().timedOut ? 1 : 0;
        }
    }

    /** What all that comes to. */
    public State state(Surroundings around, long nowNanos) {
        forget(nowNanos);
        everLive |= around.live() > 0;
        List<String> missing = troubles(around);
        if (everReady) {
            return missing.isEmpty() ? new State.Ready("back") : new State.Degraded(missing);
        }
        boolean alone = seeds == 0 && !everLive;
        if (alone) {
            if (nowNanos - beganAtNanos < ALONE_NANOS) {
                missing.add("company: waiting 300 ms for it");
            }
        } else {
            missing.addAll(bootstrap(around));
        }
        if (!missing.isEmpty()) {
            return new State.Booting(missing);
        }
        everReady = true;
        return new State.Ready(
                alone
                        ? "alone: no seeds are configured and nobody was heard of"
                        : seeds == 0
                                ? "%d contacts live, no seeds are configured".formatted(around.live())
                                : "%d of %d seeds answer, %d contacts live"
                                        .formatted(answered.size(), seeds, around.live()));
    }

    private List<String> troubles(Surroundings around) {
        List<String> missing = new ArrayList<>();
        if (everReady && around.live() == 0 && (everLive || seeds > 0)) {
            missing.add("contacts: none is live");
        }
        if (requests.size() >= REQUESTS_MIN && timeouts * 2 >= requests.size()) {
            missing.add("network: %d of the last %d requests ran out of time".formatted(timeouts, requests.size()));
        }
        if (diskLow) {
            missing.add("disk: below disk_reserve");
        }
        return missing;
    }

    private List<String> bootstrap(Surroundings around) {
        List<String> missing = new ArrayList<>();
        int quorum = Math.min(QUORUM_MAX, seeds);
        if (answered.size() < quorum) {
            missing.add("seeds: %d of %d needed answer".formatted(answered.size(), quorum));
        }
        if (around.live() == 0) {
            missing.add("contacts: none is live");
        }
        int expected = expectedBuckets(around.networkSize());
        if (around.networkSize() >= 2L * k && around.filledBuckets() * 100 < FILL_PERCENT * expected) {
            missing.add("buckets: %d of about %d have a member".formatted(around.filledBuckets(), expected));
        }
        return missing;
    }

    /** Buckets that are not empty in a network of this size, about: its binary logarithm. */
    public static int expectedBuckets(long networkSize) {
        return Math.max(1, Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, networkSize)));
    }
}
