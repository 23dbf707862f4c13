package io.svcdht.client;

import java.time.Duration;

/**
 * How long to wait before another attempt, with full jitter: anything between nothing and a limit that doubles from
 * attempt to attempt, so that clients that failed together do not come back together.
 *
 * @param first limit of the first wait
 * @param max the limit grows no further
 */
public record Backoff(Duration first, Duration max) {
    public static final Backoff STANDARD = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

    public Backoff {
        if (!first.isPositive() || max.compareTo(first) < 0) {
            throw new IllegalArgumentException("backoff from %s to %s".formatted(first, max));
        }
    }

    /**
     * A wait.
     *
     * @param failed attempts that failed so far, 1 …
     * @param luck from 0 to below 1
     * @param least what the node asked to wait for at least
     */
    public Duration before(int failed, double luck, Duration least) {
        long limit = first.toNanos();
        for (int i = 1; i < failed && limit < max.toNanos(); i++) {
            limit = Math.min(2 * limit, max.toNanos());
        }
        Duration drawn = Duration.ofNanos((long) (limit * luck));
        return drawn.compareTo(least) < 0 ? least : drawn;
    }
}
