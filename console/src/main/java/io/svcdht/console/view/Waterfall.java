package io.svcdht.console.view;

import io.svcdht.node.kad.Distance;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The picture of a lookup: a row per leg, grouped by hop, over time; in units of the picture.
 *
 * @param rows in the order they stand in
 * @param rules between the hops
 * @param path the way that led to the answer; empty where there is none
 * @param endX where the lookup ended
 * @param deadlineX empty = it lies outside
 */
public record Waterfall(
        int width,
        int height,
        int footY,
        List<Row> rows,
        List<String> rules,
        List<Tick> ticks,
        String path,
        String endX,
        String endLabel,
        String endAnchor,
        String endTextX,
        String restWidth,
        String deadlineX,
        String deadlineLabel) {
    private static final int WIDTH = 1200;
    private static final int LEFT = 440;
    private static final int RIGHT = 950;
    private static final int TOP = 36;
    private static final int ROW = 21;
    private static final int GAP = 9;
    private static final int BAR = 11;
    private static final int BIT_WIDTH_MAX = 24;

    public Waterfall {
        rows = List.copyOf(rows);
        rules = List.copyOf(rules);
        ticks = List.copyOf(ticks);
    }

    /**
     * A leg.
     *
     * @param x where it was sent
     * @param waitX where its peer was heard of
     * @param mark dot = it brought records, cross = it failed, stop = it was cancelled, or nothing
     */
    public record Row(
            LegRow leg,
            String y,
            String textY,
            String middle,
            String bitWidth,
            String x,
            String width,
            String waitX,
            String fill,
            String mark,
            String end) {}

    public record Tick(String x, String label) {}

    static Waterfall of(LookupRecord lookup, List<LegRow> legs) {
        return of(lookup, legs, horizon(lookup));
    }

    /** @param horizon nanoseconds at the right end */
    static Waterfall of(LookupRecord lookup, List<LegRow> legs, long horizon) {
        return new Drawing(lookup, legs, horizon).chart();
    }

    /** One that both fit into. */
    static long horizon(LookupRecord a, LookupRecord b) {
        return Math.max(horizon(a), horizon(b));
    }

    /** All up to the deadline, unless the lookup would be a sliver of that. */
    private static long horizon(LookupRecord lookup) {
        long took = Math.max(lookup.tookNanos(), 1_000);
        boolean near = lookup.deadlineNanos() <= 5 * took / 2;
        return near ? Math.max(took, lookup.deadlineNanos()) * 21 / 20 : took * 5 / 4;
    }

    /** Bits that the peer shares with the target. */
    static int bits(LookupRecord lookup, LegRecord leg) {
        return Distance.commonPrefix(lookup.target(), leg.peer().key());
    }

    /** Legs by hop, and as they were sent. */
    static List<Integer> order(LookupRecord lookup) {
        return IntStream.range(0, lookup.legs().size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> lookup.legs().get(i).hop()))
                .toList();
    }

    /** From the own table to the leg that brought the first record, or else to the last that answered. */
    static List<Integer> critical(LookupRecord lookup) {
        int last = -1;
        for (int i = 0; i < lookup.legs().size(); i++) {
            if (betterEnd(lookup, i, last)) {
                last = i;
            }
        }
        List<Integer> chain = new ArrayList<>();
        for (int i = last; i >= 0; i = lookup.legs().get(i).via()) {
            chain.addFirst(i);
        }
        return chain;
    }

    private static boolean betterEnd(LookupRecord lookup, int i, int last) {
        LegRecord leg = lookup.legs().get(i);
        boolean found = leg.outcome() == LegRecord.Outcome.FOUND;
        if (!found && leg.outcome() != LegRecord.Outcome.ANSWERED) {
            return false;
        }
        if (last < 0) {
            return true;
        }
        LegRecord before = lookup.legs().get(last);
        boolean foundBefore = before.outcome() == LegRecord.Outcome.FOUND;
        return found == foundBefore
                ? found ? leg.endedNanos() < before.endedNanos() : leg.endedNanos() > before.endedNanos()
                : found;
    }

    /** The scale, while the marks are made. */
    private record Drawing(LookupRecord lookup, List<LegRow> legs, long horizon) {
        Waterfall chart() {
            List<Row> rows = new ArrayList<>();
            List<String> rules = new ArrayList<>();
            double[] middles = new double[legs.size()];
            double y = TOP;
            int hop = 0;
            for (int i : order(lookup)) {
                LegRecord leg = lookup.legs().get(i);
                if (hop != 0 && leg.hop() != hop) {
                    rules.add(Axis.one(y + GAP / 2.0));
                    y += GAP;
                }
                hop = leg.hop();
                middles[i] = y + ROW / 2.0;
                rows.add(row(i, y));
                y += ROW;
            }
            double end = x(lookup.tookNanos());
            boolean left = end > (LEFT + RIGHT) / 2.0;
            boolean shown = lookup.deadlineNanos() <= horizon;
            return new Waterfall(
                    WIDTH,
                    (int) y + 30,
                    (int) y + 4,
                    rows,
                    rules,
                    ticks(),
                    path(middles, y),
                    Axis.one(end),
                    "%s after %s"
                            .formatted(TraceWords.outcome(lookup.outcome()), TraceWords.millis(lookup.tookNanos())),
                    left ? "end" : "start",
                    Axis.one(left ? end - 6 : end + 6),
                    Axis.one(RIGHT - end),
                    shown ? Axis.one(x(lookup.deadlineNanos())) : "",
                    "deadline " + TraceWords.millis(lookup.deadlineNanos()));
        }

        private double x(long nanos) {
            return LEFT + (RIGHT - LEFT) * (double) nanos / horizon;
        }

        private Row row(int index, double y) {
            LegRecord leg = lookup.legs().get(index);
            double middle = y + ROW / 2.0;
            return new Row(
                    legs.get(index),
                    Axis.one(middle - BAR / 2.0),
                    Axis.one(middle + 4),
                    Axis.one(middle),
                    Axis.one(Math.min(BIT_WIDTH_MAX, 1.0 * bits(lookup, leg))),
                    Axis.one(x(leg.sentNanos())),
                    Axis.one(Math.max(1.5, x(leg.endedNanos()) - x(leg.sentNanos()))),
                    Axis.one(x(leg.heardOfNanos())),
                    TraceWords.fill(leg),
                    mark(leg.outcome()),
                    Axis.one(x(leg.endedNanos())));
        }

        private static String mark(LegRecord.Outcome outcome) {
            return switch (outcome) {
                case FOUND -> "dot";
                case ANSWERED -> "";
                case TIMED_OUT, UNREACHABLE, WRONG_ID -> "cross";
                case CANCELLED -> "stop";
            };
        }

        private List<Tick> ticks() {
            long micros = Math.max(1, horizon / 1_000);
            long step = Axis.step(micros);
            List<Tick> ticks = new ArrayList<>();
            for (long at = 0; at <= micros; at += step) {
                ticks.add(new Tick(
                        Axis.one(x(at * 1_000)),
                        at % 1_000 == 0 ? Say.number(at / 1_000) + " ms" : Say.number(at) + " µs"));
            }
            return ticks;
        }

        /** Below the bars of the chain, from one to the next where the answer named it. */
        private String path(double[] middles, double foot) {
            StringBuilder path = new StringBuilder();
            for (int i : critical(lookup)) {
                LegRecord leg = lookup.legs().get(i);
                double below = middles[i] + BAR / 2.0 + 2;
                path.append(path.isEmpty() ? "M" + Axis.one(x(leg.sentNanos())) + " " : "V")
                        .append(Axis.one(below));
                path.append("H").append(Axis.one(x(leg.endedNanos())));
            }
            return path.isEmpty() ? "" : path.append("V").append(Axis.one(foot)).toString();
        }
    }
}
