package io.svcdht.console.view;

import io.svcdht.console.view.MetricsPage.Rule;
import io.svcdht.node.Network;
import io.svcdht.node.Node.Status;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.http.HttpLimits;
import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Span;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.List;

/** What an operator would be called for. Gates are limits of this node, or what lookups must reach. */
final class Rules {
    /** Of all finds over the network so many may be slower than the deadline, percent. */
    private static final double LATE_PERCENT_MAX = 1;
    /** Of fewer finds one slow one would be too large a share. */
    private static final int LATE_FROM = 100;
    /** Hops of the slowest hundredth in a network of ten thousand nodes. */
    static final int HOPS_P99_MAX = 4;
    /** From here on a node counts as degraded, judged from so many requests on. */
    static final double VAIN_PERCENT_MAX = 50;

    private static final double VAIN_FROM = 20;
    private static final int QUEUE_PERCENT_MAX = 50;
    private static final int NEARLY_FULL_PERCENT = 90;

    private Rules() {}

    static List<Rule> of(Visit visit, Stretch stretch) {
        NodeConfig config = visit.node().config();
        Status status = visit.node().status();
        List<Rule> rules = new ArrayList<>();
        rules.add(late(stretch, config.network().search().lookupMillis()));
        rules.add(hops(stretch));
        rules.add(inVain(stretch));
        visit.node().network().map(Network::standing).ifPresent(s -> {
            rules.add(new Rule(
                    "contacts",
                    "Contacts that answer",
                    "%s of %s".formatted(Say.number(s.live()), Say.number(s.contacts())),
                    "none",
                    s.contacts() > 0 && s.live() == 0,
                    "This node is cut off, or all it knew are gone: look at its address, its firewall, its seeds."));
            rules.add(
                    full(
                            "peers",
                            "Connections to peers",
                            s.connections(),
                            config.network().connections().max(),
                            "At the limit the one used longest ago makes room: every call then costs a handshake. Raise peer_connections_max."));
        });
        rules.add(
                new Rule(
                        "queue",
                        "Inputs that wait for the engine",
                        Say.number(status.queueDepth()),
                        "half of " + Say.number(status.queueCapacity()),
                        status.queueDepth() * 100L >= (long) status.queueCapacity() * QUEUE_PERCENT_MAX,
                        "When it is full, requests are refused with 429. Is the disk slow, or the load above what the sync policy can carry?"));
        rules.add(full(
                "records",
                "Provider records",
                status.records(),
                config.maxRecords(),
                "At the cap only refreshes are taken. Raise max_records, and the heap with it."));
        if (!stretch.isEmpty()) {
            rules.add(full(
                    "http",
                    "HTTP connections",
                    (long) stretch.samples().getLast().of(Figure.HTTP_CONNECTIONS),
                    HttpLimits.STANDARD.connectionsMax(),
                    "Beyond the limit new ones are closed at once: who keeps so many open?"));
        }
        return rules;
    }

    private static Rule full(String id, String name, long now, long max, String advice) {
        return new Rule(
                id,
                name,
                Say.number(now),
                "%d %% of %s".formatted(NEARLY_FULL_PERCENT, Say.number(max)),
                now * 100 >= max * NEARLY_FULL_PERCENT,
                advice);
    }

    private static Rule late(Stretch stretch, int deadlineMillis) {
        var all = stretch.all(Span.SEARCH);
        double percent = all.count() == 0 ? Double.NaN : 100.0 * all.above(deadlineMillis * 1_000_000L) / all.count();
        return new Rule(
                "late",
                "Finds over the network that took more than %s ms".formatted(Say.number(deadlineMillis)),
                Measure.PERCENT.text(percent),
                "above %s of at least %d".formatted(Measure.PERCENT.text(LATE_PERCENT_MAX), LATE_FROM),
                all.count() >= LATE_FROM && percent > LATE_PERCENT_MAX,
                "Look at lookups with outcome=%s, and at the slowest of the others: who does not answer?"
                        .formatted(LookupRecord.Outcome.DEADLINE.name().toLowerCase(java.util.Locale.ROOT)));
    }

    private static Rule hops(Stretch stretch) {
        var p99 = stretch.all(Span.HOPS).quantile(0.99);
        return new Rule(
                "hops",
                "Hops of the slowest hundredth",
                Measure.COUNT.text(p99.orElse(Double.NaN)),
                "above " + HOPS_P99_MAX,
                p99.isPresent() && p99.getAsDouble() > HOPS_P99_MAX,
                "Lookups start too far away: are the buckets filled, and do their contacts answer?");
    }

    private static Rule inVain(Stretch stretch) {
        double asked = MetricsPanels.ASKED.stream().mapToDouble(stretch::total).sum();
        double percent = asked == 0 ? Double.NaN : 100 * stretch.total(Figure.ASKED_IN_VAIN) / asked;
        return new Rule(
                "vain",
                "Requests to peers in vain",
                Measure.PERCENT.text(percent),
                "%s of at least %.0f".formatted(Measure.PERCENT.text(VAIN_PERCENT_MAX), VAIN_FROM),
                asked >= VAIN_FROM && percent >= VAIN_PERCENT_MAX,
                "Half of them timed out within a minute makes a node degraded: it refuses writes until peers answer.");
    }
}
