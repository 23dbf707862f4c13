package io.svcdht.node.lookup;

/** When a leg that is still waiting gives its slot to another. */
public sealed interface HedgePolicy {
    /** Never: a slot is free again when its leg was answered or ran out. */
    record Off() implements HedgePolicy {}

    /** After a fixed time, whoever was asked. */
    record Fixed(long afterNanos) implements HedgePolicy {}

    /** When such a peer is slow, by what was measured, but not before the floor. */
    record Adaptive(long floorNanos) implements HedgePolicy {}

    /** The setting {@code hedge = adaptive} with its usual floor of 25 ms. */
    static HedgePolicy adaptive() {
        return new Adaptive(25_000_000L);
    }

    /** How long a leg keeps its slot, nanoseconds; {@link Long#MAX_VALUE} = to its end. */
    default long afterNanos(long slowNanos) {
        return switch (this) {
            case Off off -> Long.MAX_VALUE;
            case Fixed(long after) -> after;
            case Adaptive(long floor) -> Math.max(floor, slowNanos);
        };
    }
}
