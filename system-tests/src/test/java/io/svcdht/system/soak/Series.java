package io.svcdht.system.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One quantity over time. It is flat when the median of the last third is no more than a tenth and the slack above that of
 * the third before: the first third may grow, as caches and pools fill.
 *
 * @param slack growth in its own unit that means nothing
 */
public record Series(String name, String unit, double slack, List<Point> points) {
    private static final double GROWTH_MAX = 1.10;
    /** Fewer points than this say nothing. */
    public static final int POINTS_MIN = 9;

    /** A value, so many seconds after the beginning. */
    public record Point(double seconds, double value) {}

    public static Series named(String name, String unit, double slack) {
        return new Series(name, unit, slack, new ArrayList<>());
    }

    public void add(double seconds, double value) {
        points.add(new Point(seconds, value));
    }

    private double median(int fromThird) {
        int n = points.size();
        List<Double> values = points.subList(n * fromThird / 3, n * (fromThird + 1) / 3).stream()
                .map(Point::value)
                .sorted()
                .toList();
        return values.get(values.size() / 2);
    }

    /** The most that the last third may be at. */
    public double bound() {
        return median(1) * GROWTH_MAX + slack;
    }

    public double last() {
        return median(2);
    }

    /** Whether it has stopped growing. */
    public boolean isFlat() {
        if (points.size() < POINTS_MIN) {
            throw new IllegalStateException(
                    "%s has %d points; %d are needed to judge it".formatted(name, points.size(), POINTS_MIN));
        }
        return last() <= bound();
    }

    /** One line for people. */
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "%-28s %s: %.1f %s in the last third, %.1f before, at most %.1f",
                name,
                isFlat() ? "flat" : "GROWS",
                last(),
                unit,
                median(1),
                bound());
    }
}
