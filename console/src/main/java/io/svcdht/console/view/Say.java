package io.svcdht.console.view;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How pages write numbers, sizes, times and ids: one way for all of them, times always in UTC. */
final class Say {
    private static final DateTimeFormatter MOMENT = formatter("d MMM uuuu HH:mm:ss 'UTC'");
    private static final DateTimeFormatter CLOCK = formatter("HH:mm:ss.SSS");
    private static final DateTimeFormatter DAY_AND_CLOCK = formatter("d MMM HH:mm:ss.SSS");
    private static final DateTimeFormatter MINUTE = formatter("d MMM HH:mm");
    private static final DateTimeFormatter HOUR = formatter("HH:mm");
    private static final DateTimeFormatter SECONDS = formatter("HH:mm:ss");
    private static final String[] SIZES = {"bytes", "kB", "MB", "GB", "TB", "PB"};

    private Say() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    /** 18,442,907 */
    static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** With a capital at its beginning and a full stop. */
    static String sentence(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".";
    }

    /** "1 record", "2 records". */
    static String count(long n, String one, String many) {
        return number(n) + " " + (n == 1 ? one : many);
    }

    /** 500, 20k, 5M: the number beside an axis, which is a round one. */
    static String round(long n) {
        return n % 1_000_000 == 0 && n > 0
                ? n / 1_000_000 + "M"
                : n % 1_000 == 0 && n > 0 ? n / 1_000 + "k" : number(n);
    }

    /** 6.2 GB, in powers of 1000. */
    static String bytes(long n) {
        double value = n;
        int size = 0;
        while (value >= 999.5 && size < SIZES.length - 1) {
            value /= 1000;
            size++;
        }
        return size == 0
                ? count(n, "byte", "bytes")
                : String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, SIZES[size]);
    }

    /** The two greatest units: 3 d 4 h, 12 h 5 min, 4 min 10 s, 7 s. */
    static String duration(long millis) {
        long s = Math.max(0, millis) / 1000;
        if (s < 60) {
            return s + " s";
        }
        if (s < 3600) {
            return two(s / 60, "min", s % 60, "s");
        }
        return s < 86_400 ? two(s / 3600, "h", s % 3600 / 60, "min") : two(s / 86_400, "d", s % 86_400 / 3600, "h");
    }

    /** "3 min 10 s ago" */
    static String ago(long millis) {
        return duration(millis) + " ago";
    }

    private static String two(long a, String unitA, long b, String unitB) {
        return b == 0 ? a + " " + unitA : a + " " + unitA + " " + b + " " + unitB;
    }

    /** 23 Nov 2026 14:58:06 UTC */
    static String moment(long millis) {
        return MOMENT.format(Instant.ofEpochMilli(millis));
    }

    /** 23 Nov 14:58 */
    static String minute(long millis) {
        return MINUTE.format(Instant.ofEpochMilli(millis));
    }

    /** 14:58, or 14:58:06 where seconds matter. */
    static String hour(long millis, boolean seconds) {
        return (seconds ? SECONDS : HOUR).format(Instant.ofEpochMilli(millis));
    }

    /** The time of day, with the day in front where it is another than that of {@code now}. */
    static String clock(long millis, long now) {
        boolean sameDay = Math.floorDiv(millis, 86_400_000L) == Math.floorDiv(now, 86_400_000L);
        return (sameDay ? CLOCK : DAY_AND_CLOCK).format(Instant.ofEpochMilli(millis));
    }

    /** For machines: what a time element carries. */
    static String iso(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** Both ends of a text that is too long for a line; the whole belongs into its title. */
    static String shortened(String text, int head, int tail) {
        int points = text.codePointCount(0, text.length());
        if (points <= head + tail + 1) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, head))
                + "…"
                + text.substring(text.offsetByCodePoints(text.length(), -tail));
    }

    /** Id without the end nobody compares by eye: {@code b3:7f2c91ad…90ab}. */
    static String id(String text) {
        return shortened(text, 11, 4);
    }
}
