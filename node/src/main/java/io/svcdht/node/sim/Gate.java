package io.svcdht.node.sim;

import java.util.Locale;

/**
 * One figure of a scenario against what it must reach and what it should.
 *
 * @param unit as it stands behind the number
 * @param floor must be reached
 * @param aim should be reached
 * @param low whether less is better
 */
public record Gate(String name, String unit, double measured, double floor, double aim, boolean low) {
    static Gate atMost(String name, String unit, double measured, double floor, double aim) {
        return new Gate(name, unit, measured, floor, aim, true);
    }

    static Gate atLeast(String name, String unit, double measured, double floor, double aim) {
        return new Gate(name, unit, measured, floor, aim, false);
    }

    public boolean holds() {
        return reaches(floor);
    }

    public boolean reachesAim() {
        return reaches(aim);
    }

    private boolean reaches(double wanted) {
        return low ? measured <= wanted : measured >= wanted;
    }

    /** For a line of text: {@code hops p95 = 3 (at most 3, aim 2)}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s = %s %s (%s %s, aim %s)%s",
                name,
                number(measured),
                unit,
                low ? "at most" : "at least",
                number(floor),
                number(aim),
                holds() ? "" : " NOT REACHED");
    }

    /** With as many digits as it has. */
    public static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, Math.abs(value) >= 99 && Math.abs(value) < 100 ? "%.3f" : "%.2f", value);
    }
}
