package io.svcdht.console.faults;

/**
 * What happens to bytes on their way, in each direction.
 *
 * @param delayMillis how long each is under way
 * @param jitterMillis how much more or less that is, evenly spread
 * @param lossPercent how many segments of 1,460 bytes are lost. A stream loses nothing for good: the sender repeats it
 *     after a time-out of its own, and everything behind it waits. That wait is what happens here, {@link #REPEAT_MILLIS}
 *     and a round trip, the least that Linux waits
 * @param kibPerSecond how much gets through, 0 = any amount
 */
public record Weather(int delayMillis, int jitterMillis, double lossPercent, int kibPerSecond) {
    public static final Weather CALM = new Weather(0, 0, 0, 0);

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
                && lossPercent >= 0
                && lossPercent < 100
                && kibPerSecond >= 0;
        if (!fine) {
            throw new IllegalArgumentException(
                    "delay is 0…%d ms, jitter at most the delay, loss 0 to below 100 %%, a rate not negative: %d, %d, %s, %d"
                            .formatted(DELAY_MILLIS_MAX, delayMillis, jitterMillis, lossPercent, kibPerSecond));
        }
    }

    /** The same with another delay. */
    public Weather delay(int millis, int jitter) {
        return new Weather(millis, jitter, lossPercent, kibPerSecond);
    }

    /** The same with another loss. */
    public Weather loss(double percent) {
        return new Weather(delayMillis, jitterMillis, percent, kibPerSecond);
    }

    /** The same with another rate. */
    public Weather rate(int kib) {
        return new Weather(delayMillis, jitterMillis, lossPercent, kib);
    }

    /** Where luck comes from: 0 to below 1. */
    @FunctionalInterface
    public interface Luck {
        double next();
    }

    /** How long so many bytes, sent at once, are under way, nanoseconds. */
    public long underWayNanos(int bytes, Luck luck) {
        double nanos = delayMillis * (double) MILLI_NANOS + jitterMillis * (double) MILLI_NANOS * (2 * luck.next() - 1);
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
