package io.svcdht.console.view;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.view.Json;
import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One lookup over the network, leg by leg.
 *
 * @param asker who wanted it; empty = nobody said
 * @param asked for what it was looked, as a reader would write it
 * @param legs in the order of the picture
 * @param again where to look for the same once more; empty = not from here
 * @param compared another lookup beside it, null = none was asked for
 * @param nearest how close those came that answered
 */
public record LookupPage(
        Frame frame,
        String id,
        String operation,
        String asker,
        String asked,
        String askedTitle,
        String askedHref,
        String at,
        String iso,
        List<Stat> stats,
        Waterfall chart,
        List<LegRow> legs,
        Nearest nearest,
        String json,
        String older,
        String again,
        @Nullable LookupsCompared compared,
        List<Other> others)
        implements Page {
    /** So many lookups for the same are offered to compare with. */
    private static final int OTHERS = 8;

    public LookupPage {
        stats = List.copyOf(stats);
        legs = List.copyOf(legs);
        others = List.copyOf(others);
    }

    /** Another lookup for the same, to compare with. */
    public record Other(String words, String href) {}

    /** A figure at the top. */
    public record Stat(String label, String value, String unit, String words) {}

    public static LookupPage of(Visit visit) {
        LookupRecord lookup = lookup(visit, visit.lastSegment());
        Optional<String> with = visit.text("with");
        LookupRecord other = with.isPresent() ? lookup(visit, with.get()) : null;
        Links links = visit.links();
        List<LegRow> legs = IntStream.range(0, lookup.legs().size())
                .mapToObj(i -> LegRow.of(lookup, i, links))
                .toList();
        String short8 = lookup.id().toString().substring(0, 13);
        String whole = lookup.text().isEmpty() ? target(lookup) : lookup.text();
        return new LookupPage(
                Frame.lasting(visit, "Lookup " + short8, "traces stay as they are"),
                lookup.id().toString(),
                TraceWords.operation(lookup.operation()),
                TraceWords.asker(lookup.asker()),
                Say.shortened(whole, 24, 6),
                whole,
                isNode(lookup) ? links.peer(new NodeId(lookup.target())) : links.content(lookup.target()),
                Say.clock(lookup.startedAtMillis(), visit.node().nowMillis()),
                Say.iso(lookup.startedAtMillis()),
                stats(lookup),
                other == null
                        ? Waterfall.of(lookup, legs)
                        : Waterfall.of(lookup, legs, Waterfall.horizon(lookup, other)),
                Waterfall.order(lookup).stream().map(legs::get).toList(),
                Nearest.of(lookup),
                Links.with(links.root() + "lookup.json", "id", lookup.id().toString()),
                Links.with(links.to("lookups"), "before", lookup.id().toString()),
                visit.mayAskOthers() ? links.root() + "lookups/%s/again".formatted(lookup.id()) : "",
                other == null ? null : LookupsCompared.of(lookup, other, links),
                others(visit, lookup));
    }

    private static List<Other> others(Visit visit, LookupRecord lookup) {
        return visit
                .node()
                .traces()
                .page(new TraceLog.Filter(null, 0, lookup.target(), null), OTHERS + 1)
                .lookups()
                .stream()
                .filter(l -> !l.id().equals(lookup.id()))
                .limit(OTHERS)
                .map(l -> new Other(
                        "%s, %s after %s"
                                .formatted(
                                        Say.clock(
                                                l.startedAtMillis(),
                                                visit.node().nowMillis()),
                                        TraceWords.outcome(l.outcome()),
                                        TraceWords.millis(l.tookNanos())),
                        visit.here("with", l.id().toString())))
                .toList();
    }

    /** The same as the API tells it. */
    public static void json(Visit visit, Lines out) {
        LookupRecord lookup = lookup(visit, visit.text("id").orElse(""));
        out.line(Json.text(g -> TraceJson.write(g, lookup)));
    }

    static String target(LookupRecord lookup) {
        return isNode(lookup) ? new NodeId(lookup.target()).text() : ContentId.canonical(lookup.target());
    }

    private static boolean isNode(LookupRecord lookup) {
        return switch (lookup.operation()) {
            case FIND, PROVIDE -> false;
            case REFRESH, FIND_NODE -> true;
        };
    }

    /** The trace of a lookup; blocks. */
    public static LookupRecord lookup(Visit visit, String text) {
        UUID id = LookupsPage.id(text);
        return visit.node().traces().get(id).orElseThrow(() -> PageRefused.of(
                        ErrorCode.NotFound,
                        "No trace of lookup %s is kept: it asked nobody, is too old, or was over the trace budget."
                                .formatted(id))
                .leadingTo("lookups", "Lookups"));
    }

    private static List<Stat> stats(LookupRecord l) {
        long useful = l.legs().stream().filter(TraceWords::useful).count();
        long cancelled = count(l, LegRecord.Outcome.CANCELLED);
        long brought = l.legs().stream()
                .filter(leg -> leg.why() == LegRecord.Why.HEDGE && TraceWords.useful(leg))
                .count();
        String took = TraceWords.millis(l.tookNanos());
        return List.of(
                new Stat("Result", TraceWords.outcome(l.outcome()), "", TraceWords.meaning(l.outcome())),
                new Stat(
                        "Time",
                        took.substring(0, took.length() - 3),
                        "ms of " + Say.number(l.deadlineNanos() / 1_000_000),
                        l.tookNanos() > l.deadlineNanos() ? "past the deadline" : "within the deadline"),
                new Stat(
                        "Hops",
                        String.valueOf(l.hops()),
                        "",
                        l.outcome() == LookupRecord.Outcome.FOUND
                                ? "to the first record"
                                : "the deepest that answered"),
                new Stat("Legs", Say.number(l.messages()), "", Say.number(useful) + " useful"),
                new Stat(
                        "Wasted",
                        Say.number(l.messages() - useful),
                        "",
                        "%d cancelled, %d failed".formatted(cancelled, l.messages() - useful - cancelled)),
                new Stat("Hedges", Say.number(l.hedges()), "", Say.number(brought) + " brought an answer"),
                new Stat("Peers known", Say.number(l.known()), "", "at the end, asked or not"));
    }

    private static long count(LookupRecord lookup, LegRecord.Outcome outcome) {
        return lookup.legs().stream().filter(l -> l.outcome() == outcome).count();
    }

    /**
     * How close to the target those came that had answered, over time: a picture of steps.
     *
     * @param path empty = nobody answered
     */
    public record Nearest(int width, int height, String path, List<Grid> grids, String end, List<Step> steps) {
        private static final int WIDTH = 360;
        private static final int HEIGHT = 150;
        private static final int LEFT = 34;
        private static final int RIGHT = 350;
        private static final int TOP = 12;
        private static final int FOOT = 126;

        public Nearest {
            grids = List.copyOf(grids);
            steps = List.copyOf(steps);
        }

        public record Grid(String y, String textY, String label) {}

        /** The leg that came closer than all before it. */
        public record Step(String leg, String at, String bits) {}

        static Nearest of(LookupRecord lookup) {
            List<Integer> answered = new ArrayList<>();
            for (int i = 0; i < lookup.legs().size(); i++) {
                if (TraceWords.useful(lookup.legs().get(i))) {
                    answered.add(i);
                }
            }
            answered.sort((a, b) -> Long.compare(
                    lookup.legs().get(a).endedNanos(), lookup.legs().get(b).endedNanos()));
            int most = answered.stream()
                    .mapToInt(i -> Waterfall.bits(lookup, lookup.legs().get(i)))
                    .max()
                    .orElse(0);
            long line = Axis.step(Math.max(1, most));
            long top = Math.max(line, Math.ceilDiv(most, line) * line);
            List<Step> steps = new ArrayList<>();
            StringBuilder path = new StringBuilder();
            int best = -1;
            for (int i : answered) {
                LegRecord leg = lookup.legs().get(i);
                int bits = Waterfall.bits(lookup, leg);
                if (bits > best) {
                    best = bits;
                    double x = LEFT + (RIGHT - LEFT) * (double) leg.endedNanos() / Math.max(1, lookup.tookNanos());
                    String y = Axis.one(FOOT - (FOOT - TOP) * (double) bits / top);
                    path.append(path.isEmpty() ? "M" + Axis.one(x) + " " + y : "H" + Axis.one(x) + "V" + y);
                    steps.add(new Step(lookup.legName(i), TraceWords.millis(leg.endedNanos()), String.valueOf(bits)));
                }
            }
            List<Grid> grids = new ArrayList<>();
            for (long n = 0; n <= top; n += line) {
                double y = FOOT - (FOOT - TOP) * (double) n / top;
                grids.add(new Grid(Axis.one(y), Axis.one(y + 4), String.valueOf(n)));
            }
            return new Nearest(
                    WIDTH,
                    HEIGHT,
                    path.isEmpty() ? "" : path.append("H").append(RIGHT).toString(),
                    grids,
                    TraceWords.millis(lookup.tookNanos()),
                    Collections.unmodifiableList(steps));
        }
    }
}
