package io.svcdht.console.view;

import java.util.ArrayList;
import java.util.List;

/** Where a time lies in a picture with a lane for each thing, and what such a picture is made of. */
record TimeAxis(long from, long to) {
    static final int WIDTH = 1200;
    static final int ROW = 24;
    static final int TOP = 8;

    private static final int LEFT = 210;
    private static final int RIGHT = 14;
    private static final long DAY_MILLIS = 86_400_000L;
    private static final long SECONDS_SHOWN_BELOW_MILLIS = 1_200_000;

    /** Height of a picture with so many lanes. */
    static int height(int lanes) {
        return TOP + lanes * ROW + 22;
    }

    /** The middle of a lane. */
    static double y(int lane) {
        return TOP + lane * ROW + ROW / 2.0;
    }

    double x(long millis) {
        return LEFT + (WIDTH - LEFT - RIGHT) * (double) (millis - from) / Math.max(1, to - from);
    }

    List<LifeLine.Tick> ticks() {
        List<LifeLine.Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= 4; i++) {
            long millis = from + (to - from) * i / 4;
            ticks.add(new LifeLine.Tick(
                    Axis.one(x(millis)),
                    i == 0 ? "start" : i == 4 ? "end" : "middle",
                    to - from > DAY_MILLIS
                            ? Say.minute(millis)
                            : Say.hour(millis, to - from < SECONDS_SHOWN_BELOW_MILLIS)));
        }
        return ticks;
    }

    /** A bar, as wide as the picture can show it. */
    LifeLine.Bar bar(long fromMillis, long toMillis, double y, String title) {
        double x = x(fromMillis);
        return new LifeLine.Bar(Axis.one(x), Axis.one(y - 4), Axis.one(Math.max(1, x(toMillis) - x)), title);
    }

    /** @param what happened: stored, renewed and withdrawn have a shape of their own, all else is as expired */
    LifeLine.Mark mark(String what, long millis, double y, String title, String href) {
        String at = Axis.one(x(millis)) + ' ' + Axis.one(y);
        return switch (what) {
            case "stored" -> new LifeLine.Mark("M" + at + "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "f-acc", title, href);
            case "renewed" -> new LifeLine.Mark("M" + at + "m-1.5-6h3v12h-3z", "f-ok", title, href);
            case "withdrawn" ->
                new LifeLine.Mark(
                        "M" + at
                                + "m-5-3.5l1.5-1.5 3.5 3.5 3.5-3.5 1.5 1.5-3.5 3.5 3.5 3.5-1.5 1.5-3.5-3.5-3.5 3.5-1.5-1.5 3.5-3.5z",
                        "f-bad",
                        title,
                        href);
            default -> new LifeLine.Mark("M" + at + "m0-6l6 6-6 6-6-6z", "f-warn", title, href);
        };
    }
}
