package io.svcdht.console.view;

import io.svcdht.console.fleet.ContentHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * The picture of a content id over nodes and time: a lane for each node, a bar while a find there would have shown it,
 * marks for its events. Times of a lane are those of its node's clock.
 *
 * @param more nodes without a lane
 */
public record FleetLanes(
        int width,
        int height,
        List<Lane> lanes,
        List<LifeLine.Bar> bars,
        List<LifeLine.Mark> marks,
        List<LifeLine.Tick> ticks,
        String nowX,
        int more) {
    static final FleetLanes NONE = new FleetLanes(0, 0, List.of(), List.of(), List.of(), List.of(), "0", 0);

    private static final int LANES_MAX = 60;
    private static final int MARKS_MAX = 120;

    public FleetLanes {
        lanes = List.copyOf(lanes);
        bars = List.copyOf(bars);
        marks = List.copyOf(marks);
        ticks = List.copyOf(ticks);
    }

    public record Lane(String label, String title, String y, String href) {}

    static FleetLanes of(FleetVisit visit, List<ContentHistory.Lane> lanes, long nowMillis) {
        long from = Long.MAX_VALUE;
        for (ContentHistory.Lane l : lanes) {
            for (ContentHistory.Span s : l.spans()) {
                from = Math.min(from, s.fromMillis());
            }
            for (ContentHistory.Mark m : l.marks()) {
                from = Math.min(from, m.millis());
            }
        }
        if (from == Long.MAX_VALUE) {
            return NONE;
        }
        return new Drawing(visit, new TimeAxis(from, Math.max(nowMillis, from + 1)), nowMillis).draw(lanes);
    }

    /** The lanes between two times, whatever is in them. */
    static FleetLanes between(
            FleetVisit visit, List<ContentHistory.Lane> lanes, long fromMillis, long toMillis, long markMillis) {
        return new Drawing(visit, new TimeAxis(fromMillis, toMillis), markMillis).draw(lanes);
    }

    /** Class of an event's words. */
    static String words(String what) {
        return switch (what) {
            case "stored", "renewed" -> "add";
            case "withdrawn" -> "del";
            case "expired" -> "chg";
            default -> "mut";
        };
    }

    private record Drawing(FleetVisit visit, TimeAxis axis, long now) {
        FleetLanes draw(List<ContentHistory.Lane> all) {
            List<ContentHistory.Lane> shown = all.subList(0, Math.min(LANES_MAX, all.size()));
            List<Lane> lanes = new ArrayList<>();
            List<LifeLine.Bar> bars = new ArrayList<>();
            List<LifeLine.Mark> marks = new ArrayList<>();
            for (int i = 0; i < shown.size(); i++) {
                ContentHistory.Lane lane = shown.get(i);
                double y = TimeAxis.y(i);
                lanes.add(new Lane(
                        Say.shortened(lane.label(), 20, 6),
                        lane.label() + " · " + lane.node(),
                        Axis.one(y + 4),
                        visit.to("node/" + lane.node())));
                lane.spans().forEach(s -> bar(s, y, bars));
                int size = lane.marks().size();
                lane.marks().subList(Math.max(0, size - MARKS_MAX), size).forEach(m -> mark(lane, m, y, marks));
            }
            return new FleetLanes(
                    TimeAxis.WIDTH,
                    TimeAxis.height(shown.size()),
                    lanes,
                    bars,
                    marks,
                    axis.ticks(),
                    Axis.one(axis.x(inside(now))),
                    all.size() - shown.size());
        }

        private long inside(long millis) {
            return Math.clamp(millis, axis.from(), axis.to());
        }

        private void bar(ContentHistory.Span s, double y, List<LifeLine.Bar> into) {
            if (s.toMillis() < axis.from() || s.fromMillis() > axis.to()) {
                return;
            }
            into.add(axis.bar(
                    inside(s.fromMillis()),
                    inside(s.toMillis()),
                    y,
                    "%s, %s to %s"
                            .formatted(
                                    Say.count(s.records(), "record", "records"),
                                    Say.moment(s.fromMillis()),
                                    Say.moment(s.toMillis()))));
        }

        private void mark(ContentHistory.Lane lane, ContentHistory.Mark m, double y, List<LifeLine.Mark> into) {
            if (m.millis() < axis.from() || m.millis() > axis.to() || m.what().equals("replicated")) {
                return;
            }
            into.add(axis.mark(
                    m.what(),
                    m.millis(),
                    y,
                    "%s at %s, event %s of %s"
                            .formatted(m.what(), Say.moment(m.millis()), Say.number(m.position()), lane.label()),
                    visit.toNode(lane.node(), "journal/" + m.position())));
        }
    }
}
