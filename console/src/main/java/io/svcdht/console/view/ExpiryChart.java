package io.svcdht.console.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The picture of how much time the records have left: each mark a row, in units of the picture, so that the template
 * only writes them down.
 *
 * @param step "half-hour steps"
 * @param bars from now to the right, also those of height 0
 * @param rows the same as a table, without the empty steps
 */
public record ExpiryChart(
        int width, int height, String step, List<Bar> bars, List<Grid> grids, List<Tick> ticks, List<Row> rows) {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 176;
    private static final int LEFT = 46;
    private static final int RIGHT = 4;
    private static final int TOP = 12;
    private static final int BOTTOM = 24;
    private static final int BARS = 48;
    private static final int TICKS = 4;

    public ExpiryChart {
        bars = List.copyOf(bars);
        grids = List.copyOf(grids);
        ticks = List.copyOf(ticks);
        rows = List.copyOf(rows);
    }

    /** One step's records. */
    public record Bar(String x, String y, String width, String height, String title) {}

    /** A line across with its number. */
    public record Grid(String y, String textY, String label) {}

    /** A time below. */
    public record Tick(String x, String anchor, String label) {}

    /** One step in the table. */
    public record Row(String left, String records, String share) {}

    /** Steps a reader can name, the smallest that gives room to everything. */
    private enum Step {
        S10(10, "ten-second steps"),
        S30(30, "half-minute steps"),
        M1(60, "one-minute steps"),
        M5(300, "five-minute steps"),
        M15(900, "quarter-hour steps"),
        M30(1800, "half-hour steps"),
        H1(3600, "one-hour steps");

        private final int seconds;
        private final String label;

        Step(int seconds, String label) {
            this.seconds = seconds;
            this.label = label;
        }

        static Step holding(int longestSeconds) {
            for (Step s : values()) {
                if (longestSeconds <= s.seconds * BARS) {
                    return s;
                }
            }
            return H1;
        }
    }

    static ExpiryChart of(ExpiryScan scan) {
        Step step = Step.holding(scan.longestSeconds());
        long[] counts = new long[BARS];
        long greatest = 1;
        for (int i = 0; i < BARS; i++) {
            counts[i] = scan.between(i * step.seconds, (i + 1) * step.seconds);
            greatest = Math.max(greatest, counts[i]);
        }
        long line = Axis.step(greatest);
        long top = Math.ceilDiv(greatest, line) * line;
        return new ExpiryChart(
                WIDTH, HEIGHT, step.label, bars(counts, top, step), grids(top, line), ticks(step), rows(counts, step));
    }

    private static List<Bar> bars(long[] counts, long top, Step step) {
        List<Bar> bars = new ArrayList<>(BARS);
        double each = (double) (WIDTH - LEFT - RIGHT) / BARS;
        for (int i = 0; i < BARS; i++) {
            // What is there must be seen, however little it is beside the rest.
            double h = counts[i] == 0 ? 0 : Math.max(1.5, room() * (double) counts[i] / top);
            bars.add(new Bar(
                    Axis.one(LEFT + i * each + 1),
                    Axis.one(HEIGHT - BOTTOM - h),
                    Axis.one(each - 2),
                    Axis.one(h),
                    "%s: %s".formatted(span(i, step), Say.count(counts[i], "record", "records"))));
        }
        return bars;
    }

    private static List<Grid> grids(long top, long line) {
        List<Grid> grids = new ArrayList<>();
        for (long n = 0; n <= top; n += line) {
            double y = HEIGHT - BOTTOM - room() * (double) n / top;
            grids.add(new Grid(Axis.one(y), Axis.one(y + 4), Say.round(n)));
        }
        return grids;
    }

    private static List<Tick> ticks(Step step) {
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= TICKS; i++) {
            double x = LEFT + (double) (WIDTH - LEFT - RIGHT) * i / TICKS;
            String anchor = i == 0 ? "start" : i == TICKS ? "end" : "middle";
            ticks.add(new Tick(Axis.one(x), anchor, i == 0 ? "now" : left(step.seconds * BARS / TICKS * i)));
        }
        return ticks;
    }

    private static List<Row> rows(long[] counts, Step step) {
        long all = 0;
        for (long n : counts) {
            all += n;
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < BARS; i++) {
            if (counts[i] > 0) {
                rows.add(new Row(
                        span(i, step),
                        Say.number(counts[i]),
                        String.format(Locale.ROOT, "%.1f %%", 100.0 * counts[i] / all)));
            }
        }
        return rows;
    }

    private static String span(int i, Step step) {
        return left(i * step.seconds) + " to " + left((i + 1) * step.seconds);
    }

    private static String left(int seconds) {
        return Say.duration(seconds * 1000L);
    }

    private static int room() {
        return HEIGHT - TOP - BOTTOM;
    }
}
