package io.svcdht.console.view;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Some curves over time, a line across for each gate that lies near them, and the same as a table; in units of the
 * picture.
 *
 * @param empty whether there is nothing to draw
 * @param gatesFar what to say of gates that lie outside
 * @param heads of the table, after its time
 * @param rows newest first
 */
public record LineChart(
        int width,
        int height,
        boolean empty,
        List<Line> lines,
        List<Grid> grids,
        List<Grid> gates,
        List<Tick> ticks,
        String gatesFar,
        List<String> heads,
        List<Row> rows) {
    private static final int WIDTH = 600;
    private static final int HEIGHT = 168;
    private static final int LEFT = 84;
    private static final int RIGHT = 592;
    private static final int TOP = 18;
    private static final int FOOT = 142;
    private static final int TICKS = 4;
    /** A gate is drawn while the curves do not become flat by it. */
    private static final double GATE_FAR = 4;

    public LineChart {
        lines = List.copyOf(lines);
        grids = List.copyOf(grids);
        gates = List.copyOf(gates);
        ticks = List.copyOf(ticks);
        heads = List.copyOf(heads);
        rows = List.copyOf(rows);
    }

    /**
     * A curve.
     *
     * @param style class of its stroke
     * @param latest its last value
     */
    public record Line(String label, String style, String path, String latest) {}

    public record Grid(String y, String textY, String label) {}

    public record Tick(String x, String anchor, String label) {}

    public record Row(String time, List<String> values) {
        public Row {
            values = List.copyOf(values);
        }
    }

    /** What is drawn. */
    record Curve(String label, String style, Function<Integer, double[]> values) {}

    /** What it should stay below. */
    record Gate(String label, double value) {}

    static LineChart of(Stretch stretch, Measure measure, List<Curve> curves, List<Gate> gates) {
        List<double[]> drawn =
                curves.stream().map(c -> c.values().apply(stretch.columns())).toList();
        double greatest = greatest(drawn);
        List<Gate> near =
                gates.stream().filter(g -> g.value() <= greatest * GATE_FAR).toList();
        double top =
                Math.max(greatest, near.stream().mapToDouble(Gate::value).max().orElse(0));
        double step = step(top > 0 ? top : 1, measure);
        top = Math.max(step, Math.ceil(top / step) * step);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < curves.size(); i++) {
            double[] values = drawn.get(i);
            lines.add(new Line(
                    curves.get(i).label(),
                    curves.get(i).style(),
                    path(values, top, LEFT, RIGHT, TOP, FOOT),
                    measure.text(last(values))));
        }
        return new LineChart(
                WIDTH,
                HEIGHT,
                Double.isNaN(greatest),
                lines,
                grids(step, top, measure),
                gates(near, top, measure),
                ticks(stretch),
                far(gates, near, measure),
                curves.stream().map(Curve::label).toList(),
                rows(stretch, measure, curves));
    }

    private static double greatest(List<double[]> curves) {
        double greatest = Double.NaN;
        for (double[] values : curves) {
            for (double v : values) {
                greatest = Double.isNaN(v) ? greatest : Double.isNaN(greatest) ? v : Math.max(greatest, v);
            }
        }
        return greatest;
    }

    private static double last(double[] values) {
        double last = Double.NaN;
        for (double v : values) {
            last = Double.isNaN(v) ? last : v;
        }
        return last;
    }

    /** Through the middles of the columns; where nothing is, the line has a gap, and a point alone is a short dash. */
    static String path(double[] values, double top, double left, double right, double upper, double lower) {
        StringBuilder path = new StringBuilder();
        double each = (right - left) / values.length;
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                continue;
            }
            boolean begins = i == 0 || Double.isNaN(values[i - 1]);
            boolean alone = begins && (i == values.length - 1 || Double.isNaN(values[i + 1]));
            double y = lower - (lower - upper) * Math.min(1, values[i] / top);
            path.append(begins ? 'M' : 'L')
                    .append(Axis.one(left + (i + (alone ? 0 : 0.5)) * each))
                    .append(' ')
                    .append(Axis.one(y));
            if (alone) {
                path.append('h').append(Axis.one(each));
            }
        }
        return path.toString();
    }

    private static double step(double greatest, Measure measure) {
        double least = measure == Measure.COUNT || measure == Measure.BYTES || measure == Measure.TIME ? 1 : 1e-3;
        return Math.max(least, Axis.step(Math.max(1, Math.round(greatest / 1e-3))) * 1e-3);
    }

    private static List<Grid> grids(double step, double top, Measure measure) {
        List<Grid> grids = new ArrayList<>();
        for (int i = 0; i * step <= top * 1.001; i++) {
            double y = y(i * step, top);
            grids.add(new Grid(Axis.one(y), Axis.one(y + 4), i == 0 ? "0" : measure.text(i * step)));
        }
        return grids;
    }

    private static List<Grid> gates(List<Gate> near, double top, Measure measure) {
        return near.stream()
                .map(g -> new Grid(
                        Axis.one(y(g.value(), top)),
                        Axis.one(y(g.value(), top) - 4),
                        g.label() + " " + measure.text(g.value())))
                .toList();
    }

    private static String far(List<Gate> gates, List<Gate> near, Measure measure) {
        return String.join(
                "; ",
                gates.stream()
                        .filter(g -> !near.contains(g))
                        .map(g -> "%s %s, far above".formatted(g.label(), measure.text(g.value())))
                        .toList());
    }

    private static double y(double value, double top) {
        return FOOT - (FOOT - TOP) * value / top;
    }

    private static List<Tick> ticks(Stretch stretch) {
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= TICKS; i++) {
            String anchor = i == 0 ? "start" : i == TICKS ? "end" : "middle";
            ticks.add(new Tick(
                    Axis.one(LEFT + (double) (RIGHT - LEFT) * i / TICKS),
                    anchor,
                    Say.hour(stretch.columnMillis(i, TICKS), true)));
        }
        return ticks;
    }

    private static List<Row> rows(Stretch stretch, Measure measure, List<Curve> curves) {
        int count = stretch.rows();
        List<double[]> values =
                curves.stream().map(c -> c.values().apply(count)).toList();
        List<Row> rows = new ArrayList<>();
        for (int row = count - 1; row >= 0; row--) {
            int r = row;
            if (values.stream().anyMatch(v -> !Double.isNaN(v[r]))) {
                rows.add(new Row(
                        Say.hour(stretch.columnMillis(r, count), true),
                        values.stream().map(v -> measure.text(v[r])).toList()));
            }
        }
        return rows;
    }
}
