package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.checkpoint.Sidecar;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalSource.Read;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many events of which kind each second had. A segment's counts come from its sidecar where there is one, else from
 * reading it, and are kept: of the segment being written only what came since is read.
 */
public final class EventRates {
    /** Segments kept in memory: eight million events, some megabytes. */
    private static final int SEGMENTS_MAX = 128;

    private static final int CHECK_EVERY = 512;

    private final Map<Long, Segment> segments = BoundedMap.byUse(SEGMENTS_MAX);
    private @Nullable JournalSource counted;

    /** What a bar is made of, from the bottom up. */
    enum Kind {
        STORED("stored", "f-bar"),
        CONTACT("contact seen", "f-bar2"),
        EXPIRED("expired or withdrawn", "f-warn"),
        REMOVED("contact removed", "f-bad"),
        OTHER("other", "f-mut");

        final String label;
        final String fill;

        Kind(String label, String fill) {
            this.label = label;
            this.fill = fill;
        }

        static Kind of(EventType type) {
            return switch (type) {
                case ProviderAnnounced, ProviderRefreshed -> STORED;
                case ContactAdded, ContactRefreshed, BucketRefreshed, KeyLearned, PeerDiscovered -> CONTACT;
                case ProviderExpired, ProviderWithdrawn -> EXPIRED;
                case ContactEvicted, ContactReplaced, PeerBanned -> REMOVED;
                case NodeStarted,
                        NodeStopped,
                        ConfigChanged,
                        ReadinessChanged,
                        ClockStepped,
                        PeerUnbanned,
                        DiscoveryRecordPublished,
                        ProviderReplicated,
                        RootAccepted,
                        RootDropped,
                        DigestMarked,
                        CheckpointTaken,
                        JournalPruned,
                        AuditRecorded -> OTHER;
            };
        }
    }

    /** Counts by {@link Kind}, and at the end how many checkpoints were taken. */
    private static final int COLUMNS = Kind.values().length + 1;

    private static final class Segment {
        private final NavigableMap<Long, int[]> seconds = new TreeMap<>();
        private long next;

        Segment(long first) {
            next = first;
        }

        void count(long second, EventType type, int n) {
            int[] counts = seconds.computeIfAbsent(second, s -> new int[COLUMNS]);
            counts[Kind.of(type).ordinal()] += n;
            if (type == EventType.CheckpointTaken) {
                counts[COLUMNS - 1] += n;
            }
        }
    }

    /**
     * Counts of equal steps of time.
     *
     * @param counts by step and {@link Kind}
     * @param checkpoints how many were taken in each step
     * @param complete whether all events of the time were counted, or only the latest
     */
    @SuppressWarnings("ArrayRecordComponent") // made and read at once, compared by nobody
    record Steps(int[][] counts, int[] checkpoints, boolean complete) {}

    /**
     * Counts the events of a time, the latest first.
     *
     * @param fromSecond of the first step, since the epoch
     * @param spent true ends the counting
     */
    synchronized Steps steps(Node node, long fromSecond, int stepSeconds, int steps, BooleanSupplier spent) {
        forgetOther(node.journal());
        int[][] counts = new int[steps][Kind.values().length];
        int[] checkpoints = new int[steps];
        long toSecond = fromSecond + (long) stepSeconds * steps;
        long first = Math.max(node.journal().firstPosition(), node.history().positionAt(fromSecond * 1000 - 1) + 1);
        long last = node.history().positionAt(toSecond * 1000 - 1);
        boolean complete = true;
        for (long number = Sidecar.numberOf(Math.max(1, last));
                last > 0 && number >= Sidecar.numberOf(first);
                number--) {
            Segment segment = segment(node, number, spent);
            segment.seconds.subMap(fromSecond, true, toSecond, false).forEach((second, of) -> {
                int step = (int) ((second - fromSecond) / stepSeconds);
                for (Kind kind : Kind.values()) {
                    counts[step][kind.ordinal()] += of[kind.ordinal()];
                }
                checkpoints[step] += of[COLUMNS - 1];
            });
            if (segment.next <= Math.min(last, end(number))
                    || number > Sidecar.numberOf(first) && spent.getAsBoolean()) {
                complete = false;
                break;
            }
        }
        return new Steps(counts, checkpoints, complete);
    }

    /** A journal that was opened again may have lost its last events. */
    @SuppressWarnings("ReferenceEquality")
    private void forgetOther(JournalSource journal) {
        if (counted != journal) {
            segments.clear();
            counted = journal;
        }
    }

    private static long end(long number) {
        return (number + 1) * Sidecar.SEGMENT_EVENTS;
    }

    private Segment segment(Node node, long number, BooleanSupplier spent) {
        Segment known = segments.computeIfAbsent(
                number, n -> new Segment(Math.max(node.journal().firstPosition(), n * Sidecar.SEGMENT_EVENTS + 1)));
        if (known.next > end(number)) {
            return known;
        }
        Optional<Sidecar> sidecar = node.history().sidecars().of(number);
        if (sidecar.isPresent()) {
            Segment whole = new Segment(end(number) + 1);
            sidecar.get().seconds().forEach(s -> s.counts()
                    .forEach((type, n) -> whole.count(s.epochSecond(), type, n)));
            segments.put(number, whole);
            return whole;
        }
        readOn(node.journal(), known, end(number), spent);
        return known;
    }

    private static void readOn(JournalSource journal, Segment segment, long end, BooleanSupplier spent) {
        if (segment.next > journal.lastPosition()
                || !(journal.read(segment.next) instanceof Read.From(JournalReader reader))) {
            return;
        }
        try (reader) {
            for (JournalEntry e = reader.next(); e != null && e.position() <= end; e = reader.next()) {
                segment.count(Math.floorDiv(e.instantMillis(), 1000L), e.event().type(), 1);
                segment.next = e.position() + 1;
                if (segment.next % CHECK_EVERY == 0 && spent.getAsBoolean()) {
                    return;
                }
            }
        }
    }
}
