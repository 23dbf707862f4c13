package io.svcdht.node.lookup;

import io.svcdht.storage.model.Key;

/**
 * What is looked for, and how hard.
 *
 * @param limits how wide, how deep and how long
 * @param hedge when a slow leg gives its slot away
 */
public record LookupSpec(Key target, Goal goal, Limits limits, HedgePolicy hedge) {
    /** What ends the search. */
    public enum Goal {
        /** The k closest nodes have answered. */
        CLOSEST_NODES,
        /** Enough records are found, or the k closest nodes have none. */
        RECORDS
    }

    /**
     * @param k how many of the closest must have answered before absence is proven
     * @param alpha legs in flight on one path
     * @param beta how many others a slow leg makes room for, one after the other
     * @param paths disjoint paths: no peer is asked on two
     * @param hopBudget deepest hop that is asked; peers of the own table are hop 1
     * @param recordsWanted records that are enough
     * @param firstNanos after this long any record is enough
     * @param deadlineNanos the end in any case
     * @param rpcTimeoutNanos longest leg
     * @param legBudgetNanosMin shortest time-out of a leg, whatever was measured
     */
    public record Limits(
            int k,
            int alpha,
            int beta,
            int paths,
            int hopBudget,
            int recordsWanted,
            long firstNanos,
            long deadlineNanos,
            long rpcTimeoutNanos,
            long legBudgetNanosMin) {
        private static final long MILLI = 1_000_000L;

        public Limits {
            if (alpha < 1 || beta < 0 || beta > alpha || k < alpha || paths < 1 || hopBudget < 1) {
                throw new IllegalArgumentException(
                        "alpha %d, beta %d, k %d, paths %d, hop_budget %d: it takes 0 <= beta <= alpha <= k and the rest > 0"
                                .formatted(alpha, beta, k, paths, hopBudget));
            }
        }

        /** The defaults of the settings: k 20, alpha 3, beta 1, one path, 6 hops, 300 ms and 2 s. */
        public static Limits standard() {
            return new Limits(20, 3, 1, 1, 6, 1, 300 * MILLI, 2_000 * MILLI, 1_500 * MILLI, 50 * MILLI);
        }

        public Limits withPaths(int newPaths, int newAlpha) {
            return new Limits(
                    k,
                    newAlpha,
                    Math.min(beta, newAlpha),
                    newPaths,
                    hopBudget,
                    recordsWanted,
                    firstNanos,
                    deadlineNanos,
                    rpcTimeoutNanos,
                    legBudgetNanosMin);
        }

        /** A smaller search: fewer peers have to answer. */
        public Limits withK(int newK) {
            return new Limits(
                    newK,
                    Math.min(alpha, newK),
                    Math.min(beta, newK),
                    paths,
                    hopBudget,
                    recordsWanted,
                    firstNanos,
                    deadlineNanos,
                    rpcTimeoutNanos,
                    legBudgetNanosMin);
        }

        public Limits withDeadline(long newDeadlineNanos) {
            return new Limits(
                    k,
                    alpha,
                    beta,
                    paths,
                    hopBudget,
                    recordsWanted,
                    firstNanos,
                    newDeadlineNanos,
                    rpcTimeoutNanos,
                    legBudgetNanosMin);
        }

        public Limits withHopBudget(int newHopBudget) {
            return new Limits(
                    k,
                    alpha,
                    beta,
                    paths,
                    newHopBudget,
                    recordsWanted,
                    firstNanos,
                    deadlineNanos,
                    rpcTimeoutNanos,
                    legBudgetNanosMin);
        }

        /** A leg's time-out: four times what such a peer takes at most, within the limits and what is left. */
        long legTimeoutNanos(long p95Nanos, long leftNanos) {
            long longest = Math.min(rpcTimeoutNanos, leftNanos);
            return Math.min(longest, Math.max(legBudgetNanosMin, 4 * p95Nanos));
        }
    }
}
