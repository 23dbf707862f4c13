package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.storage.checkpoint.Sidecar;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for events within a budget, newest or oldest first. What sidecars rule out is not read; where the budget ends
 * the search, the answer says how far it came.
 */
final class EventSearch {
    /** Asked for the budget after so many events. */
    private static final int CHECK_EVERY = 512;

    private static final int WINDOW_FIRST = 128;

    private final Node node;
    private final Set<EventType> types;
    private final @Nullable Key key;
    private final @Nullable NodeId peer;
    private final Predicate<JournalEntry> wanted;

    private EventSearch(
            Node node, Set<EventType> types, @Nullable Key key, @Nullable NodeId peer, Predicate<JournalEntry> wanted) {
        this.node = node;
        this.types = types;
        this.key = key;
        this.peer = peer;
        this.wanted = wanted;
    }

    /**
     * @param key null = of any content id
     * @param peer null = naming anybody
     */
    static EventSearch of(Node node, Set<EventType> types, @Nullable Key key, @Nullable NodeId peer) {
        return new EventSearch(node, types, key, peer, e -> true);
    }

    static EventSearch all(Node node) {
        return of(node, EnumSet.allOf(EventType.class), null, null);
    }

    EventSearch where(Predicate<JournalEntry> more) {
        return new EventSearch(node, types, key, peer, wanted.and(more));
    }

    /**
     * What was found.
     *
     * @param entries in the order of the search
     * @param first position of the first event that was looked at, or ruled out
     * @param last position of the last one
     * @param complete whether all that was to be searched was
     */
    record Found(List<JournalEntry> entries, long first, long last, boolean complete) {
        Found {
            entries = List.copyOf(entries);
        }
    }

    /** From {@code to} back to {@code from}, at most {@code limit}. */
    Found newest(long from, long to, int limit, BooleanSupplier spent) {
        List<JournalEntry> found = new ArrayList<>();
        long end = to;
        long window = WINDOW_FIRST;
        while (end >= from) {
            long segmentFirst = Sidecar.numberOf(end) * Sidecar.SEGMENT_EVENTS + 1;
            if (isRuledOut(segmentFirst, end)) {
                end = segmentFirst - 1;
                continue;
            }
            long begin = Math.max(Math.max(from, segmentFirst), end - window + 1);
            List<JournalEntry> part = new ArrayList<>();
            // A window is small enough to be read whole: half a window would leave a hole before what was found.
            read(begin, end, Integer.MAX_VALUE, () -> false, part);
            Collections.reverse(part);
            for (JournalEntry e : part) {
                if (found.size() == limit) {
                    return new Found(found, found.getLast().position(), to, false);
                }
                found.add(e);
            }
            end = begin - 1;
            window = Math.min(window * 2, 8192);
            if (end >= from && (found.size() == limit || spent.getAsBoolean())) {
                return new Found(found, begin, to, false);
            }
        }
        return new Found(found, from, to, true);
    }

    /** From {@code from} on to {@code to}, at most {@code limit}. */
    Found oldest(long from, long to, int limit, BooleanSupplier spent) {
        List<JournalEntry> found = new ArrayList<>();
        long begin = from;
        while (begin <= to) {
            long end = Math.min(to, (Sidecar.numberOf(begin) + 1) * Sidecar.SEGMENT_EVENTS);
            if (!isRuledOut(begin, end)) {
                long read = read(begin, end, limit, spent, found);
                if (read < end) {
                    return new Found(found, from, read, false);
                }
            }
            begin = end + 1;
            if (begin <= to && (found.size() >= limit || spent.getAsBoolean())) {
                return new Found(found, from, end, false);
            }
        }
        return new Found(found, from, to, true);
    }

    private boolean isRuledOut(long first, long last) {
        return node.history().sidecars().next(first, last, types, key, peer).isEmpty();
    }

    /** Up to which position it came. */
    private long read(long from, long to, int limit, BooleanSupplier spent, List<JournalEntry> into) {
        long position = from - 1;
        try (JournalReader reader = open(from)) {
            for (JournalEntry e = reader.next(); e != null && e.position() <= to; e = reader.next()) {
                position = e.position();
                if (matches(e)) {
                    into.add(e);
                }
                if (into.size() >= limit || position % CHECK_EVERY == 0 && spent.getAsBoolean()) {
                    return position;
                }
            }
        }
        return to;
    }

    private boolean matches(JournalEntry e) {
        return types.contains(e.event().type())
                && (key == null || key.equals(Subject.keyOf(e.event())))
                && (peer == null || Subject.peersOf(e.event()).contains(peer))
                && wanted.test(e);
    }

    private JournalReader open(long from) {
        return switch (node.journal().read(from)) {
            case Read.From(JournalReader reader) -> reader;
            case Read.Truncated(long first) -> throw new JournalTruncated(from, first);
        };
    }
}
