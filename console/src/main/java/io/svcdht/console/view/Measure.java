package io.svcdht.console.view;

import java.util.Locale;

/** What a curve counts, and how a value of it is written. */
enum Measure {
    /** Nanoseconds. */
    TIME,
    PER_SECOND,
    COUNT,
    PERCENT,
    BYTES;

    /** With its unit; a dash where there is nothing. */
    String text(double v) {
        if (Double.isNaN(v)) {
            return "–";
        }
        return switch (this) {
            case TIME ->
                v < 1e4
                        ? "%s µs".formatted(plain(v / 1e3))
                        : v < 1e10 ? "%s ms".formatted(plain(v / 1e6)) : "%s s".formatted(plain(v / 1e9));
            case PER_SECOND -> plain(v) + " /s";
            case COUNT -> plain(v);
            case PERCENT -> plain(v) + " %";
            case BYTES -> Say.bytes((long) v);
        };
    }

    /** Three digits are enough to read: 0.012, 1.5, 38.2, 1,204. */
    static String plain(double v) {
        if (v == Math.rint(v) && v < 1e15) {
            return Say.number((long) v);
        }
        int decimals = v >= 100 ? 0 : v >= 10 ? 1 : v >= 1 ? 2 : 3;
        return withoutZeros(String.format(Locale.ROOT, "%,." + decimals + "f", v));
    }

    /** Two digits, where three values share a line: 0.12, 4.7, 38, 1,204. */
    static String brief(double v) {
        return v >= 9.95
                ? Say.number(Math.round(v))
                : withoutZeros(String.format(Locale.ROOT, v >= 1 ? "%.1f" : "%.2f", v));
    }

    private static String withoutZeros(String text) {
        return text.indexOf('.') < 0 ? text : text.replaceFirst("\\.?0+$", "");
    }
}
