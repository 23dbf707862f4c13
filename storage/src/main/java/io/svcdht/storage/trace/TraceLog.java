package io.svcdht.storage.trace;

import io.svcdht.storage.model.Key;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What lookups did, kept for a while and within a budget. It is told by whoever looks, on any thread, and never holds
 * them up: what does not fit is dropped and counted. Reading may block, and shows whatever was kept before.
 */
public interface TraceLog extends AutoCloseable {
    /** Keeps how a lookup went; where room is short, those that somebody waited for go first. */
    void keep(LookupRecord lookup);

    /** Keeps that a contact did not answer. */
    void keep(PingFailed ping);

    Optional<LookupRecord> get(UUID id);

    /** Lookups that match, newest first by when they ended. */
    Page page(Filter filter, int limit);

    /** The latest failed pings, newest first, as far as a bounded search finds them. */
    List<PingFailed> failedPings(int limit);

    Counts counts();

    /** What was kept before is written; what is told from now on is dropped. */
    @Override
    void close();

    /**
     * Which lookups are asked for.
     *
     * @param operation null = any
     * @param outcome null = any
     * @param millisMin those that took at least so long
     * @param target null = any
     * @param before those older than this one; null = from the newest. Where it is no longer kept, none is older
     * @param untilMillis those that had ended by then, since the epoch
     */
    record Filter(
            LookupRecord.@Nullable Operation operation,
            LookupRecord.@Nullable Outcome outcome,
            long millisMin,
            @Nullable Key target,
            @Nullable UUID before,
            long untilMillis) {
        public static final Filter ALL = new Filter(null, 0, null, null);

        /** Whatever they were for, and whenever they ended. */
        public Filter(
                LookupRecord.@Nullable Outcome outcome, long millisMin, @Nullable Key target, @Nullable UUID before) {
            this(null, outcome, millisMin, target, before, Long.MAX_VALUE);
        }

        public Filter until(long millis) {
            return new Filter(operation, outcome, millisMin, target, before, millis);
        }

        /** @param wanted null = any */
        public Filter of(LookupRecord.@Nullable Operation wanted) {
            return new Filter(wanted, outcome, millisMin, target, before, untilMillis);
        }

        boolean matches(
                LookupRecord.Operation what, LookupRecord.Outcome how, long endedMillis, long tookNanos, Key about) {
            return (operation == null || operation == what)
                    && (outcome == null || outcome == how)
                    && endedMillis <= untilMillis
                    && tookNanos / 1_000_000 >= millisMin
                    && (target == null || target.equals(about));
        }

        public Filter olderThan(UUID id) {
            return new Filter(operation, outcome, millisMin, target, id, untilMillis);
        }
    }

    /**
     * @param scanned lookups that were looked at, matching or not
     * @param next the last one looked at, to go on from; null = there is nothing older
     */
    record Page(
            List<LookupRecord> lookups,
            long scanned,
            @Nullable UUID next) {}

    /**
     * Since the start.
     *
     * @param kept lookups and pings
     * @param dropped those that were over a budget, or came while the log could not be written; of lookups that nobody
     *     waited for a sample is kept, and the others are not counted
     * @param skipped entries found damaged while reading
     * @param bytes what is kept takes now
     */
    record Counts(long kept, long dropped, long skipped, long bytes) {}
}
