package io.svcdht.console.view;

import io.svcdht.console.view.EventRates.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The picture of how many events there were over a time, with the moments A and B and the checkpoints: a row per mark,
 * in units of the picture.
 *
 * @param note from when to when, in which steps
 * @param checkpoints where diamonds stand below
 * @param stretch between A and B; empty where one of them is missing
 * @param rows the same as a table
 */
public record RateChart(
        int width,
        int height,
        String note,
        List<Bar> bars,
        List<Grid> grids,
        List<Tick> ticks,
        List<Diamond> checkpoints,
        List<Band> stretch,
        List<Flag> flags,
        List<Row> rows) {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 152;
    private static final int LEFT = 44;
    private static final int RIGHT = 8;
    private static final int TOP = 26;
    private static final int FOOT = 122;
    private static final int BARS_MAX = 120;
    private static final int[] STEPS = {1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400};

    public RateChart {
        bars = List.copyOf(bars);
        grids = List.copyOf(grids);
        ticks = List.copyOf(ticks);
        checkpoints = List.copyOf(checkpoints);
        stretch = List.copyOf(stretch);
        flags = List.copyOf(flags);
        rows = List.copyOf(rows);
    }

    /** One kind of one step; a link shows the events of the step. */
    public record Bar(String x, String y, String width, String height, String fill, String title, String href) {}

    public record Grid(String y, String textY, String label) {}

    public record Tick(String x, String anchor, String label) {}

    /** A checkpoint. */
    public record Diamond(String path, String title) {}

    public record Band(String x, String width) {}

    /** A or B. */
    public record Flag(String x, String boxX, String name, String textX, String anchor, String label) {}

    public record Row(String time, String href, List<String> counts, String all) {
        public Row {
            counts = List.copyOf(counts);
        }
    }

    /** A moment to mark. */
    record Mark(String name, long millis) {}

    /**
     * Draws the time from {@code fromMillis} to {@code toMillis}, rounded to whole steps.
     *
     * @param marks A and B, as far as they are there, in the order of time
     */
    static RateChart of(Visit visit, long fromMillis, long toMillis, List<Mark> marks) {
        long seconds = Math.max(1, (toMillis - fromMillis) / 1000);
        int step = STEPS[STEPS.length - 1];
        for (int s : STEPS) {
            if (seconds / s < BARS_MAX) {
                step = s;
                break;
            }
        }
        long from = Math.floorDiv(fromMillis / 1000, (long) step) * step;
        int steps = (int) Math.min(BARS_MAX * 4L, (toMillis / 1000 - from) / step + 1);
        EventRates.Steps counts = visit.notebook().rates().steps(visit.node(), from, step, steps, visit.spent());
        return new Drawing(visit.links(), from, step, steps, counts).chart(marks);
    }

    /** The scale, while the marks are made. */
    private record Drawing(Links links, long from, int step, int steps, EventRates.Steps counts) {
        RateChart chart(List<Mark> marks) {
            long greatest = 1;
            for (int[] of : counts.counts()) {
                greatest = Math.max(greatest, sum(of));
            }
            long line = Axis.step(greatest);
            long top = Math.ceilDiv(greatest, line) * line;
            return new RateChart(
                    WIDTH,
                    HEIGHT,
                    note(),
                    bars(top),
                    grids(top, line),
                    ticks(),
                    diamonds(),
                    stretch(marks),
                    marks.stream().map(this::flag).toList(),
                    rows());
        }

        private String note() {
            return "%s to %s UTC, %s steps%s"
                    .formatted(
                            Say.minute(from * 1000),
                            Say.minute((from + (long) step * steps) * 1000),
                            Say.duration(step * 1000L),
                            counts.complete() ? "" : "; the time for counting was spent, earlier events are not shown");
        }

        private static long sum(int[] of) {
            long n = 0;
            for (int i : of) {
                n += i;
            }
            return n;
        }

        private double x(long second) {
            return LEFT + (WIDTH - LEFT - RIGHT) * (double) (second - from) / ((double) step * steps);
        }

        private List<Bar> bars(long top) {
            List<Bar> bars = new ArrayList<>();
            double each = (double) (WIDTH - LEFT - RIGHT) / steps;
            for (int i = 0; i < steps; i++) {
                double y = FOOT;
                for (Kind kind : Kind.values()) {
                    int n = counts.counts()[i][kind.ordinal()];
                    if (n == 0) {
                        continue;
                    }
                    double h = Math.max(0.8, (FOOT - TOP) * (double) n / top);
                    y -= h;
                    bars.add(new Bar(
                            Axis.one(LEFT + i * each + 0.4),
                            Axis.one(y),
                            Axis.one(Math.max(0.8, each - 0.8)),
                            Axis.one(h),
                            kind.fill,
                            "%s: %s %s".formatted(Say.clock(second(i) * 1000, 0), Say.number(n), kind.label),
                            href(i)));
                }
            }
            return bars;
        }

        private long second(int i) {
            return from + (long) i * step;
        }

        private String href(int i) {
            return links.to("journal", Say.iso((second(i) + step) * 1000 - 1));
        }

        private List<Grid> grids(long top, long line) {
            List<Grid> grids = new ArrayList<>();
            for (long n = 0; n <= top; n += line) {
                double y = FOOT - (FOOT - TOP) * (double) n / top;
                grids.add(new Grid(Axis.one(y), Axis.one(y + 4), Say.round(n)));
            }
            return grids;
        }

        private List<Tick> ticks() {
            List<Tick> ticks = new ArrayList<>();
            for (int i = 0; i <= 8; i++) {
                long second = from + (long) step * steps * i / 8;
                String anchor = i == 0 ? "start" : i == 8 ? "end" : "middle";
                String label = step * steps > 172_800 ? Say.minute(second * 1000) : Say.hour(second * 1000, step < 60);
                ticks.add(new Tick(Axis.one(x(second)), anchor, label));
            }
            return ticks;
        }

        private List<Diamond> diamonds() {
            List<Diamond> diamonds = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                if (counts.checkpoints()[i] > 0) {
                    diamonds.add(new Diamond(
                            "M%s 142l4 4-4 4-4-4z".formatted(Axis.one(x(second(i)))),
                            "checkpoint at " + Say.clock(second(i) * 1000, 0)));
                }
            }
            return diamonds;
        }

        private List<Band> stretch(List<Mark> marks) {
            if (marks.size() < 2) {
                return List.of();
            }
            double a = x(marks.getFirst().millis() / 1000);
            double b = x(marks.getLast().millis() / 1000);
            return List.of(new Band(Axis.one(a), Axis.one(Math.max(0.5, b - a))));
        }

        private Flag flag(Mark mark) {
            double x = Math.clamp(x(mark.millis() / 1000), LEFT, WIDTH - RIGHT);
            boolean left = mark.name().equals("A") ? x > 200 : x > WIDTH - 120;
            return new Flag(
                    Axis.one(x),
                    Axis.one(x - 8),
                    mark.name(),
                    Axis.one(left ? x - 13 : x + 13),
                    left ? "end" : "start",
                    Say.hour(mark.millis(), true));
        }

        private List<Row> rows() {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                int[] of = counts.counts()[i];
                if (sum(of) > 0) {
                    List<String> each = new ArrayList<>();
                    for (int n : of) {
                        each.add(n == 0 ? "" : Say.number(n));
                    }
                    rows.add(new Row(
                            String.format(Locale.ROOT, "%s", Say.clock(second(i) * 1000, 0)),
                            href(i),
                            each,
                            Say.number(sum(of))));
                }
            }
            return rows;
        }
    }
}
