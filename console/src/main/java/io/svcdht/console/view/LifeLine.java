package io.svcdht.console.view;

import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderReplicated;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The picture of what became of a content id's records, from the journal: a lane for each record, on it when it was
 * stored, renewed, withdrawn and when it ran out; a bar while a find would have shown it.
 *
 * @param more how many records have no lane, 0 = none
 * @param nowX where the moment is
 */
public record LifeLine(
        int width,
        int height,
        List<Lane> lanes,
        List<Bar> bars,
        List<Mark> marks,
        List<Tick> ticks,
        String nowX,
        int more) {
    private static final int LANES_MAX = 12;

    public LifeLine {
        lanes = List.copyOf(lanes);
        bars = List.copyOf(bars);
        marks = List.copyOf(marks);
        ticks = List.copyOf(ticks);
    }

    public record Lane(String label, String title, String y) {}

    public record Bar(String x, String y, String width, String title) {}

    /** @param fill class of the mark: stored, renewed, withdrawn and expired differ in shape too */
    public record Mark(String path, String fill, String title, String href) {}

    public record Tick(String x, String anchor, String label) {}

    /** What happened to one record, in order. */
    private static final class Life {
        private final String label;
        private final List<JournalEntry> events = new ArrayList<>();

        Life(String label) {
            this.label = label;
        }
    }

    /**
     * @param newestFirst events of one content id
     * @param nowMillis the moment that is shown
     */
    static LifeLine of(List<JournalEntry> newestFirst, long nowMillis, Links links) {
        Map<String, Life> lives = new LinkedHashMap<>();
        Map<Long, String> laneOf = new HashMap<>();
        for (JournalEntry e : newestFirst.reversed()) {
            if (e.event() instanceof ProviderReplicated) {
                // That others hold it changes nothing of how long it lives.
                continue;
            }
            String lane =
                    switch (e.event()) {
                        case ProviderAnnounced(ProviderRecord r) ->
                            r.publisher().text() + ' ' + r.locator();
                        // What came before is no longer kept, or was not looked at.
                        default -> laneOf.getOrDefault(e.cause(), "@" + e.cause());
                    };
            laneOf.put(e.position(), lane);
            lives.computeIfAbsent(lane, l -> new Life(label(e))).events.add(e);
        }
        if (lives.isEmpty()) {
            return new LifeLine(0, 0, List.of(), List.of(), List.of(), List.of(), "0", 0);
        }
        TimeAxis axis = new TimeAxis(newestFirst.getLast().instantMillis(), end(newestFirst, nowMillis));
        return new Drawing(axis, nowMillis, links).draw(new ArrayList<>(lives.values()));
    }

    private static String label(JournalEntry e) {
        return e.event() instanceof ProviderAnnounced(ProviderRecord r)
                ? r.locator().isEmpty() ? r.publisher().text() : r.locator()
                : "announced before";
    }

    private static long end(List<JournalEntry> events, long nowMillis) {
        long end = nowMillis;
        for (JournalEntry e : events) {
            end = Math.max(end, Math.min(endOf(e), nowMillis + 86_400_000L));
        }
        return end;
    }

    /** Until when a find shows the record, as this event says. */
    private static long endOf(JournalEntry e) {
        return switch (e.event()) {
            case ProviderAnnounced(ProviderRecord r) -> r.expiresAtMillis();
            case ProviderRefreshed r -> r.issuedAtMillis() + r.ttlSeconds() * 1000L;
            default -> 0;
        };
    }

    private record Drawing(TimeAxis axis, long now, Links links) {
        LifeLine draw(List<Life> lives) {
            List<Life> shown = lives.subList(Math.max(0, lives.size() - LANES_MAX), lives.size());
            List<Lane> lanes = new ArrayList<>();
            List<Bar> bars = new ArrayList<>();
            List<Mark> marks = new ArrayList<>();
            for (int i = 0; i < shown.size(); i++) {
                double y = TimeAxis.y(i);
                Life life = shown.get(i);
                lanes.add(new Lane(Say.shortened(life.label, 18, 8), life.label, Axis.one(y + 4)));
                for (int e = 0; e < life.events.size(); e++) {
                    JournalEntry entry = life.events.get(e);
                    long next =
                            e + 1 < life.events.size() ? life.events.get(e + 1).instantMillis() : Long.MAX_VALUE;
                    bar(entry, next, y, bars);
                    marks.add(mark(entry, y));
                }
            }
            return new LifeLine(
                    TimeAxis.WIDTH,
                    TimeAxis.height(shown.size()),
                    lanes,
                    bars,
                    marks,
                    axis.ticks(),
                    Axis.one(axis.x(now)),
                    lives.size() - shown.size());
        }

        private void bar(JournalEntry e, long next, double y, List<Bar> into) {
            long end = Math.min(Math.min(endOf(e), next), axis.to());
            if (end > e.instantMillis()) {
                into.add(axis.bar(e.instantMillis(), end, y, "until " + Say.moment(endOf(e))));
            }
        }

        private Mark mark(JournalEntry e, double y) {
            String word =
                    switch (e.event()) {
                        case ProviderAnnounced _ -> "stored";
                        case ProviderRefreshed _ -> "renewed";
                        case ProviderWithdrawn _ -> "withdrawn";
                        case ProviderExpired _ -> "expired";
                        default -> e.event().type().name();
                    };
            return axis.mark(
                    word,
                    e.instantMillis(),
                    y,
                    "%s at %s, event %s".formatted(word, Say.clock(e.instantMillis(), 0), Say.number(e.position())),
                    links.event(e.position()));
        }
    }
}
