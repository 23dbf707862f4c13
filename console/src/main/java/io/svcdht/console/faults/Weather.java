package io.svcdht.console.faults;

import java.util.List;

/**
 * What happens to bytes on their way, in each direction.
 *
 * @param delayMillis how long each is under way
 * @param jitterMillis how much more or less that is, evenly spread
 * @param lossPercent how many segments of 1,460 bytes are lost. A stream loses nothing for good: the sender repeats it
 *     after a time-out of its own, and everything behind it waits. That wait is what happens here, {@link #REPEAT_MILLIS}
 *     and a round trip, the least that Linux waits. A datagram that is lost is lost
 * @param kibPerSecond how much gets through, 0 = any amount
 * @param reorderPercent how many datagrams are {@link #LATE_MILLIS} later than the others, so that those sent after them
 *     overtake them; nothing a stream shows
 * @param duplicatePercent how many datagrams arrive twice
 */
public record Weather(
        int delayMillis,
        int jitterMillis,
        double lossPercent,
        int kibPerSecond,
        double reorderPercent,
        double duplicatePercent) {
    public static final Weather CALM = new Weather(0, 0, 0, 0, 0, 0);

    static final int LATE_MILLIS = 20;

    static final int REPEAT_MILLIS = 200;
    private static final int SEGMENT_BYTES = 1_460;
    private static final int DELAY_MILLIS_MAX = 60_000;
    private static final int KIB_BYTES = 1_024;
    private static final long MILLI_NANOS = 1_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;

    public Weather {
        boolean fine = delayMillis >= 0
                && delayMillis <= DELAY_MILLIS_MAX
                && jitterMillis >= 0
                && jitterMillis <= delayMillis
                && isShare(lossPercent)
                && kibPerSecond >= 0
                && isShare(reorderPercent)
                && isShare(duplicatePercent);
        if (!fine) {
            throw new IllegalArgumentException(
                    "delay is 0…%d ms, jitter at most the delay, shares are 0 to below 100 %%, a rate is not negative: %s"
                            .formatted(
                                    DELAY_MILLIS_MAX,
                                    List.of(
                                            delayMillis,
                                            jitterMillis,
                                            lossPercent,
                                            kibPerSecond,
                                            reorderPercent,
                                            duplicatePercent)));
        }
    }

    private static boolean isShare(double percent) {
        return percent >= 0 && percent < 100;
    }

    /** The same with another delay. */
    public Weather delay(int millis, int jitter) {
        return new Weather(millis, jitter, lossPercent, kibPerSecond, reorderPercent, duplicatePercent);
    }

    /** The same with another loss. */
    public Weather loss(double percent) {
        return new Weather(delayMillis, jitterMillis, percent, kibPerSecond, reorderPercent, duplicatePercent);
    }

    /** The same with another rate. */
    public Weather rate(int kib) {
        return new Weather(delayMillis, jitterMillis, lossPercent, kib, reorderPercent, duplicatePercent);
    }

    /** The same with another share of datagrams that are overtaken. */
    public Weather reorder(double percent) {
        return new Weather(delayMillis, jitterMillis, lossPercent, kibPerSecond, percent, duplicatePercent);
    }

    /** The same with another share of datagrams that arrive twice. */
    public Weather duplicate(double percent) {
        return new Weather(delayMillis, jitterMillis, lossPercent, kibPerSecond, reorderPercent, percent);
    }

    /** Where luck comes from: 0 to below 1. */
    @FunctionalInterface
    public interface Luck {
        double next();
    }

    /** When each copy of a datagram arrives, nanoseconds from when it was sent; none where it is lost. */
    public long[] arrivalsNanos(Luck luck) {
        if (luck.next() * 100 < lossPercent) {
            return new long[0];
        }
        long[] arrivals = new long[luck.next() * 100 < duplicatePercent ? 2 : 1];
        for (int i = 0; i < arrivals.length; i++) {
            arrivals[i] = delayNanos(luck) + (luck.next() * 100 < reorderPercent ? LATE_MILLIS * MILLI_NANOS : 0);
        }
        return arrivals;
    }

    private long delayNanos(Luck luck) {
        return Math.round(
                delayMillis * (double) MILLI_NANOS + jitterMillis * (double) MILLI_NANOS * (2 * luck.next() - 1));
    }

    /** How long so many bytes of a stream, sent at once, are under way, nanoseconds. */
    public long underWayNanos(int bytes, Luck luck) {
        double nanos = delayNanos(luck);
        for (int sent = 0; sent < bytes && lossPercent > 0; sent += SEGMENT_BYTES) {
            if (luck.next() * 100 < lossPercent) {
                nanos += (REPEAT_MILLIS + 2L * delayMillis) * (double) MILLI_NANOS;
            }
        }
        return Math.round(nanos);
    }

    /** How long so many bytes keep the line busy, nanoseconds. */
    public long busyNanos(int bytes) {
        return kibPerSecond == 0 ? 0 : bytes * SECOND_NANOS / ((long) kibPerSecond * KIB_BYTES);
    }
}
