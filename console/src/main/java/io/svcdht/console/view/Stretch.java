package io.svcdht.console.view;

import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.recent.Sample;
import io.svcdht.node.recent.Slice;
import io.svcdht.node.recent.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What was sampled in the minutes a page looks at, to be read as a whole or in columns of equal length. A column
 * without a sample, or without anything to judge, is {@link Double#NaN}.
 *
 * @param kept whether this node takes samples at all
 * @param window how long, as the address says it
 */
record Stretch(boolean kept, String window, long fromMillis, long toMillis, List<Sample> samples) {
    static final List<String> WINDOWS = List.of("15m", "5m", "1h");
    private static final int COLUMNS_MAX = 90;
    private static final int ROWS = 15;

    Stretch {
        samples = List.copyOf(samples);
    }

    /** The last minutes, as {@code last} says. */
    static Stretch of(Visit visit) {
        String window = visit.oneOf("last", WINDOWS);
        long to = visit.node().nowMillis();
        long from = to - seconds(window) * 1000L;
        return new Stretch(
                visit.node().recent().isPresent(),
                window,
                from,
                to,
                visit.node().recent().map(r -> r.after(from)).orElse(List.of()));
    }

    private static int seconds(String window) {
        return switch (window) {
            case "5m" -> 300;
            case "1h" -> 3_600;
            default -> 900;
        };
    }

    /** As a sentence ends: "in the last 15 min". */
    String words() {
        return "in the last " + Say.duration(toMillis - fromMillis);
    }

    /** In so many columns a picture shows it. */
    int columns() {
        return Math.min(COLUMNS_MAX, seconds(window) / Recent.EACH_SECONDS);
    }

    /** In so many rows a table does. */
    int rows() {
        return ROWS;
    }

    /** Where a column begins. */
    long columnMillis(int column, int columns) {
        return fromMillis + (toMillis - fromMillis) * column / columns;
    }

    boolean isEmpty() {
        return samples.isEmpty();
    }

    double total(Figure figure) {
        return samples.stream().mapToDouble(s -> s.of(figure)).sum();
    }

    /** How many a second, over all of it; NaN without a sample. */
    double rate(Figure figure) {
        return rate(samples, figure);
    }

    private static double rate(List<Sample> some, Figure figure) {
        double seconds = some.stream().mapToDouble(Sample::seconds).sum();
        return seconds == 0
                ? Double.NaN
                : some.stream().mapToDouble(s -> s.of(figure)).sum() / seconds;
    }

    Slice all(Span span) {
        return merged(samples, span);
    }

    private static Slice merged(List<Sample> some, Span span) {
        return Slice.merged(some.stream().map(s -> s.of(span)).toList());
    }

    /** How many a second. */
    Function<Integer, double[]> rates(Figure figure) {
        return columns -> columns(columns, some -> rate(some, figure));
    }

    /** The greatest there was. */
    Function<Integer, double[]> levels(Figure figure) {
        return columns -> columns(
                columns,
                some -> some.stream().mapToDouble(s -> s.of(figure)).max().orElse(Double.NaN));
    }

    Function<Integer, double[]> quantiles(Span span, double part) {
        return columns -> columns(columns, some -> orNothing(merged(some, span).quantile(part)));
    }

    /** One figure's share of another, percent. */
    Function<Integer, double[]> shares(Figure part, List<Figure> whole) {
        return columns -> columns(columns, some -> {
            double all = some.stream()
                    .mapToDouble(s -> whole.stream().mapToDouble(s::of).sum())
                    .sum();
            return all == 0
                    ? Double.NaN
                    : 100 * some.stream().mapToDouble(s -> s.of(part)).sum() / all;
        });
    }

    private static double orNothing(OptionalDouble value) {
        return value.orElse(Double.NaN);
    }

    private double[] columns(int columns, ToDoubleFunction<List<Sample>> value) {
        List<List<Sample>> each = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            each.add(new ArrayList<>());
        }
        for (Sample s : samples) {
            long column = (s.atMillis() - fromMillis) * columns / Math.max(1, toMillis - fromMillis);
            each.get(Math.clamp(column, 0, columns - 1)).add(s);
        }
        double[] values = new double[columns];
        Arrays.setAll(values, i -> each.get(i).isEmpty() ? Double.NaN : value.applyAsDouble(each.get(i)));
        return values;
    }
}
