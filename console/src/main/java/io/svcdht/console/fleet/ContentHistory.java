package io.svcdht.console.fleet;

import io.svcdht.console.fleet.FleetStore.Sighting;
import io.svcdht.node.History;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.ContentReplay;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a content id's records live and lived: for each node that ever held or announced one, when a find there would
 * have shown it. All times are those of the node's own clock.
 *
 * @param atMillis the moment up to which it is told
 * @param lanes by how near the node is to the key
 */
public record ContentHistory(String cid, long atMillis, List<Lane> lanes) {
    private static final int EVENTS_EACH_MAX = 500;

    public ContentHistory {
        lanes = List.copyOf(lanes);
    }

    /**
     * One node.
     *
     * @param live records a find would show there at the moment
     * @param truncated whether there are older events than those that are told
     * @param whole false where nobody knows what was before those: records of then may be missing
     */
    public record Lane(
            String node,
            String label,
            int sharedBits,
            int live,
            boolean truncated,
            boolean whole,
            List<Span> spans,
            List<Mark> marks) {
        public Lane {
            spans = List.copyOf(spans);
            marks = List.copyOf(marks);
        }

        /** Records a find would have shown at an instant of the node's clock. */
        public int liveAt(long millis) {
            return spans.stream()
                    .filter(s -> s.fromMillis() <= millis && millis < s.toMillis())
                    .mapToInt(Span::records)
                    .max()
                    .orElse(0);
        }
    }

    /** @param records the most that were live in it at once */
    public record Span(long fromMillis, long toMillis, int records) {}

    /** @param what stored, renewed, withdrawn, expired or replicated */
    public record Mark(long millis, long position, String what, String detail) {}

    public static ContentHistory of(FleetStore store, Key key, long atMillis) {
        Map<FleetNode, List<JournalEntry>> events = new LinkedHashMap<>();
        for (FleetNode node : store.nodes()) {
            if (node.atFirst(key).size() > 0) {
                events.put(node, new ArrayList<>());
            }
        }
        List<Lane> lanes = new ArrayList<>(lanes(key, atMillis, events, store.about(key, atMillis, EVENTS_EACH_MAX))
                .values());
        lanes.sort(Comparator.comparingInt(Lane::sharedBits).reversed().thenComparing(Lane::node));
        return new ContentHistory(ContentId.canonical(key), atMillis, lanes);
    }

    /** Of these nodes alone, whether or not they ever had it; nothing is read of others. */
    static Map<FleetNode, Lane> at(FleetStore store, Key key, long atMillis, Set<FleetNode> nodes) {
        Map<FleetNode, List<JournalEntry>> events = new LinkedHashMap<>();
        nodes.forEach(n -> events.put(n, new ArrayList<>()));
        return lanes(key, atMillis, events, store.about(key, atMillis, EVENTS_EACH_MAX, nodes::contains));
    }

    private static Map<FleetNode, Lane> lanes(
            Key key, long atMillis, Map<FleetNode, List<JournalEntry>> events, List<Sighting> sightings) {
        for (Sighting s : sightings) {
            events.computeIfAbsent(s.node(), n -> new ArrayList<>()).add(s.entry());
        }
        Map<FleetNode, Lane> lanes = new LinkedHashMap<>();
        events.forEach((node, of) -> lanes.put(node, lane(node, key, of, atMillis)));
        return lanes;
    }

    private static Lane lane(FleetNode node, Key key, List<JournalEntry> events, long atMillis) {
        boolean truncated = events.size() == EVENTS_EACH_MAX;
        Holders before = truncated ? before(node, key, events.getFirst().position()) : node.atFirst(key);
        boolean whole = truncated ? before != null : node.isWhole();
        ContentReplay records = new ContentReplay(key, before == null ? new Holders(key, List.of()) : before);
        Spans spans = new Spans();
        long base = node.hasStates() ? node.statesFrom() : node.log().firstPosition() - 1;
        long began = node.log().firstPosition() > node.log().lastPosition()
                ? 0
                : Moments.entryAt(node.log(), Math.max(base, node.log().firstPosition()))
                        .instantMillis();
        spans.at(events.isEmpty() || !truncated ? began : events.getFirst().instantMillis(), records.holders());
        List<Mark> marks = new ArrayList<>();
        for (JournalEntry e : events) {
            // What comes before the state that the fold begins with is in it.
            if (truncated || e.position() > base) {
                records.apply(e);
                spans.at(e.instantMillis(), records.holders());
            }
            marks.add(mark(e));
        }
        List<Span> told = spans.until(atMillis);
        int live = records.holders().aliveAt(atMillis).size();
        return new Lane(
                node.id().text(), node.label(), sharedBits(node.id().key(), key), live, truncated, whole, told, marks);
    }

    /** Where not all events are told, the fold begins with the state before the first that is; null if nobody knows it. */
    private static @Nullable Holders before(FleetNode node, Key key, long position) {
        try {
            return node.history()
                    .at(position - 1, (view, budget) -> view.state().providers().holdersOf(key));
        } catch (History.TooMuch | JournalTruncated | CheckpointDamaged e) {
            return null;
        }
    }

    private static Mark mark(JournalEntry e) {
        return switch (e.event()) {
            case DhtEvent.ProviderAnnounced(var r) ->
                new Mark(
                        e.instantMillis(),
                        e.position(),
                        "stored",
                        r.locator().isEmpty() ? r.publisher().text() : r.locator());
            case DhtEvent.ProviderRefreshed r ->
                new Mark(e.instantMillis(), e.position(), "renewed", r.ttlSeconds() + " s");
            case DhtEvent.ProviderWithdrawn _ -> new Mark(e.instantMillis(), e.position(), "withdrawn", "");
            case DhtEvent.ProviderExpired _ -> new Mark(e.instantMillis(), e.position(), "expired", "");
            case DhtEvent.ProviderReplicated r ->
                new Mark(e.instantMillis(), e.position(), "replicated", r.holders() + " holders");
            case DhtEvent other ->
                new Mark(e.instantMillis(), e.position(), other.type().name(), "");
        };
    }

    /** Leading bits two ids have in common. */
    static int sharedBits(Key a, Key b) {
        long[] x = {a.w0() ^ b.w0(), a.w1() ^ b.w1(), a.w2() ^ b.w2(), a.w3() ^ b.w3()};
        int bits = 0;
        for (long w : x) {
            bits += Long.numberOfLeadingZeros(w);
            if (w != 0) {
                break;
            }
        }
        return bits;
    }

    /** Puts together when records were live, from how they stood after each event. */
    private static final class Spans {
        private final List<Span> done = new ArrayList<>();
        private long sinceMillis;
        private List<StoredRecord> standing = List.of();

        /** @param now as they stand from this instant on */
        void at(long millis, Holders now) {
            close(millis);
            sinceMillis = millis;
            standing = List.copyOf(now.records());
        }

        /** Between two events a record can only run out. */
        private void close(long millis) {
            long from = sinceMillis;
            while (from < millis) {
                long at = from;
                int live = (int) standing.stream().filter(r -> r.aliveAt(at)).count();
                long to = standing.stream()
                        .filter(r -> r.aliveAt(at))
                        .mapToLong(StoredRecord::endsAtMillis)
                        .min()
                        .orElse(millis);
                to = Math.min(to, millis);
                if (live > 0) {
                    add(new Span(from, to, live));
                }
                from = to;
            }
        }

        private void add(Span span) {
            if (!done.isEmpty()
                    && done.getLast().toMillis() == span.fromMillis()
                    && done.getLast().records() == span.records()) {
                Span before = done.removeLast();
                done.add(new Span(before.fromMillis(), span.toMillis(), span.records()));
            } else {
                done.add(span);
            }
        }

        List<Span> until(long millis) {
            close(millis + 1);
            return done;
        }
    }
}
