package io.svcdht.console.view;

import static io.svcdht.node.recent.Figure.CONTACTS;
import static io.svcdht.node.recent.Figure.EVENTS;
import static io.svcdht.node.recent.Figure.FINDS;
import static io.svcdht.node.recent.Figure.HEDGES;
import static io.svcdht.node.recent.Figure.RECORDS;
import static io.svcdht.node.recent.Figure.SEARCHES;
import static io.svcdht.node.recent.Figure.SEARCHES_HEDGED;

import io.svcdht.console.view.Overview.Figure;
import io.svcdht.node.Network;
import io.svcdht.node.Network.Standing;
import io.svcdht.node.Node;
import io.svcdht.node.Node.Status;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.recent.Slice;
import io.svcdht.node.recent.Span;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The seven figures at the top of the overview: what the node does now, and how that went in the last minutes. */
record OverviewFigures(Node node, Stretch stretch) {
    private static final double MILLI = 1e6;

    List<Figure> all() {
        return List.of(lookups(), latency(), hops(), hedged(), records(), contacts(), journal());
    }

    private Figure lookups() {
        return new Figure(
                "Lookups",
                rate(FINDS),
                "/s",
                Say.count((long) stretch.total(FINDS), "find", "finds") + " " + window(),
                "Finds answered, local ones included",
                "",
                Spark.of(stretch.rates(FINDS)));
    }

    private Figure latency() {
        boolean abroad = stretch.all(Span.SEARCH).count() > 0;
        Span span = abroad ? Span.SEARCH : Span.FIND;
        Slice all = stretch.all(span);
        int deadline = node.config().network().search().lookupMillis();
        String note = all.count() == 0
                ? "nobody asked " + window()
                : abroad
                        ? "over the network; %s past %d ms"
                                .formatted(share(all.above((long) (deadline * MILLI)), all.count()), deadline)
                        : "answered locally";
        return new Figure(
                "Lookup p50 · p95 · p99",
                quantiles(all, v -> Measure.brief(v / MILLI)),
                all.count() == 0 ? "" : "ms",
                note,
                "From the request to the answer: half of all finds, 95 and 99 of a hundred took at most so long",
                "",
                Spark.of(stretch.quantiles(span, 0.95)));
    }

    private Figure hops() {
        Slice all = stretch.all(Span.HOPS);
        return new Figure(
                "Hops p50 · p95 · p99",
                quantiles(all, Measure::plain),
                "",
                all.count() == 0
                        ? "no lookup left the node"
                        : "budget " + node.config().network().search().hopBudget(),
                "Depth of the path to the peer that had it; a contact of our own table is hop 1",
                "",
                Spark.of(stretch.quantiles(Span.HOPS, 0.95)));
    }

    private Figure hedged() {
        double searches = stretch.total(SEARCHES);
        double hedged = stretch.total(SEARCHES_HEDGED);
        return new Figure(
                "Hedged lookups",
                searches == 0 ? "–" : Measure.plain(Math.round(1000 * hedged / searches) / 10.0),
                searches == 0 ? "" : "%",
                Say.count((long) stretch.total(HEDGES), "hedge", "hedges") + " " + window(),
                "Lookups over the network in which a slow peer gave its slot to another",
                "",
                Spark.of(stretch.rates(HEDGES)));
    }

    private Figure records() {
        Status status = node.status();
        return new Figure(
                "Provider records",
                Say.number(status.records()),
                "",
                Say.count(status.contentIds(), "content id", "content ids"),
                "Announcements that have not run out, and the content ids they are about",
                "records",
                Spark.of(stretch.levels(RECORDS)));
    }

    private Figure contacts() {
        Optional<Standing> standing = node.network().map(Network::standing);
        long contacts = standing.map(s -> (long) s.contacts())
                .orElseGet(() -> (long) node.routing().contacts().size());
        return new Figure(
                "Contacts",
                Say.number(contacts),
                "",
                standing.map(s -> s.networkSize() > 0
                                ? "network of about " + Say.number(s.networkSize())
                                : "%s answer".formatted(Say.number(s.live())))
                        .orElse("this node talks to no others"),
                "Members of the routing table",
                "contacts",
                Spark.of(stretch.levels(CONTACTS)));
    }

    private Figure journal() {
        NodeConfig config = node.config();
        Status status = node.status();
        long behind = Math.max(0, status.journalPosition() - status.durablePosition());
        String kept = config.amnesia()
                ? "in memory only"
                : Say.bytes(status.journalBytes())
                        + (behind == 0 ? ", all on the medium" : ", %s behind".formatted(Say.number(behind)));
        return new Figure(
                "Journal",
                rate(EVENTS),
                "events/s",
                kept,
                "Events appended; what the journal takes, and how far it would outlive a power cut",
                "",
                Spark.of(stretch.rates(EVENTS)));
    }

    private String rate(io.svcdht.node.recent.Figure figure) {
        double rate = stretch.rate(figure);
        return Double.isNaN(rate) ? "–" : Measure.plain(rate);
    }

    private String window() {
        return "in " + Say.duration(stretch.toMillis() - stretch.fromMillis());
    }

    private static String share(long part, long all) {
        return Measure.plain(Math.round(1000.0 * part / all) / 10.0) + " %";
    }

    private static String quantiles(Slice all, Function<Double, String> text) {
        return all.count() == 0
                ? "–"
                : String.join(
                        " · ",
                        List.of(0.5, 0.95, 0.99).stream()
                                .map(q -> text.apply(all.quantile(q).orElse(0)))
                                .toList());
    }
}
