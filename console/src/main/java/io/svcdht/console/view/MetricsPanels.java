package io.svcdht.console.view;

import io.svcdht.console.view.LineChart.Curve;
import io.svcdht.console.view.LineChart.Gate;
import io.svcdht.console.view.MetricsPage.Panel;
import io.svcdht.node.Node;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.http.HttpLimits;
import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The pictures of the metrics page, in the order in which one looks for a cause. */
final class MetricsPanels {
    static final List<Figure> ASKED = List.of(
            Figure.ASKED_PING,
            Figure.ASKED_FIND_NODE,
            Figure.ASKED_FIND_VALUE,
            Figure.ASKED_PROVIDE,
            Figure.ASKED_NODE_RECORD,
            Figure.ASKED_GET_ROOT);
    private static final List<Figure> SERVED = List.of(
            Figure.SERVED_PING,
            Figure.SERVED_FIND_NODE,
            Figure.SERVED_FIND_VALUE,
            Figure.SERVED_PROVIDE,
            Figure.SERVED_NODE_RECORD,
            Figure.SERVED_GET_ROOT);
    /** Told apart by colour and by dashes. */
    private static final List<String> STYLES = List.of("l1", "l2", "l3", "l4", "l5", "l6");

    private final Stretch stretch;
    private final Node node;
    private final NetworkConfig network;

    private MetricsPanels(Visit visit, Stretch stretch) {
        this.stretch = stretch;
        this.node = visit.node();
        this.network = node.config().network();
    }

    static List<Panel> of(Visit visit, Stretch stretch) {
        return stretch.isEmpty() ? List.of() : new MetricsPanels(visit, stretch).all();
    }

    private List<Panel> all() {
        List<Panel> panels = new ArrayList<>(lookups());
        panels.addAll(peers());
        panels.addAll(journal());
        panels.addAll(process());
        return panels;
    }

    private List<Panel> lookups() {
        return List.of(
                panel(
                        "search",
                        "Finds over the network",
                        "from the request to the answer, by share of all",
                        Measure.TIME,
                        quantiles(Span.SEARCH),
                        List.of(new Gate("deadline", network.search().lookupMillis() * 1e6)),
                        "No find asked other nodes " + stretch.words() + "."),
                panel(
                        "hops",
                        "Hops of lookups",
                        "depth of the path to the peer that had it",
                        Measure.COUNT,
                        quantiles(Span.HOPS),
                        List.of(
                                new Gate("slowest hundredth, at most", Rules.HOPS_P99_MAX),
                                new Gate("budget", network.search().hopBudget())),
                        "No lookup went over the network " + stretch.words() + "."),
                panel(
                        "find",
                        "All finds",
                        "local answers included",
                        Measure.TIME,
                        quantiles(Span.FIND),
                        List.of(),
                        "Nobody asked this node for anything " + stretch.words() + "."),
                panel(
                        "http",
                        "HTTP",
                        "what is asked of this node",
                        Measure.PER_SECOND,
                        List.of(
                                new Curve("requests", "l1", stretch.rates(Figure.REQUESTS)),
                                new Curve("finds", "l2", stretch.rates(Figure.FINDS)),
                                new Curve("provides", "l3", stretch.rates(Figure.PROVIDES)),
                                new Curve("refused", "l5", stretch.rates(Figure.REFUSALS))),
                        List.of(),
                        ""));
    }

    private List<Panel> peers() {
        return List.of(
                panel(
                        "asked",
                        "Requests to peers",
                        "by operation",
                        Measure.PER_SECOND,
                        byOperation(ASKED),
                        List.of(),
                        "This node asked no peer " + stretch.words() + "."),
                panel(
                        "served",
                        "Requests of peers",
                        "by operation",
                        Measure.PER_SECOND,
                        byOperation(SERVED),
                        List.of(new Gate("max_rps_global", network.connections().rpsGlobal())),
                        "No peer asked this node " + stretch.words() + "."),
                panel(
                        "vain",
                        "Requests to peers in vain",
                        "refused, too late, or not reached; of all",
                        Measure.PERCENT,
                        List.of(new Curve("in vain", "l5", stretch.shares(Figure.ASKED_IN_VAIN, ASKED))),
                        List.of(new Gate("degraded from", Rules.VAIN_PERCENT_MAX)),
                        "This node asked no peer " + stretch.words() + "."),
                panel(
                        "waiting",
                        "Under way to peers",
                        "requests that wait for an answer, own words that wait to be handed out",
                        Measure.COUNT,
                        List.of(
                                new Curve("requests", "l1", stretch.levels(Figure.INFLIGHT)),
                                new Curve("own words", "l3", stretch.levels(Figure.UNPUBLISHED))),
                        List.of(),
                        ""));
    }

    private List<Panel> journal() {
        return List.of(
                panel(
                        "queue",
                        "Queue of the engine",
                        "the longest of each step",
                        Measure.COUNT,
                        List.of(new Curve("waiting", "l1", stretch.levels(Figure.QUEUE))),
                        List.of(new Gate("refused beyond", node.status().queueCapacity())),
                        ""),
                panel(
                        "events",
                        "Events",
                        "appended to the journal",
                        Measure.PER_SECOND,
                        List.of(new Curve("appended", "l1", stretch.rates(Figure.EVENTS))),
                        List.of(),
                        ""),
                panel(
                        "append",
                        "Adding an event",
                        "to the journal, without a force",
                        Measure.TIME,
                        quantiles(Span.APPEND),
                        List.of(),
                        "Nothing happened " + stretch.words() + "."),
                panel(
                        "sync",
                        "Forcing the journal",
                        "to the medium",
                        Measure.TIME,
                        quantiles(Span.SYNC),
                        List.of(),
                        node.config().amnesia()
                                ? "Amnesia forces nothing: there is no medium."
                                : "Nothing was forced " + stretch.words() + "."));
    }

    private List<Panel> process() {
        return List.of(
                panel(
                        "connections",
                        "Connections",
                        "open at once",
                        Measure.COUNT,
                        List.of(
                                new Curve("HTTP", "l1", stretch.levels(Figure.HTTP_CONNECTIONS)),
                                new Curve("peers", "l3", stretch.levels(Figure.PEER_CONNECTIONS))),
                        List.of(
                                new Gate("peers at most", network.connections().max()),
                                new Gate("HTTP at most", HttpLimits.STANDARD.connectionsMax())),
                        ""),
                panel(
                        "heap",
                        "Heap",
                        "in use when sampled, garbage included; of the whole process",
                        Measure.BYTES,
                        List.of(new Curve("in use", "l1", stretch.levels(Figure.HEAP_BYTES))),
                        List.of(new Gate("at most", Runtime.getRuntime().maxMemory())),
                        ""));
    }

    private Panel panel(
            String id,
            String title,
            String words,
            Measure measure,
            List<Curve> curves,
            List<Gate> gates,
            String empty) {
        return new Panel(id, title, words, LineChart.of(stretch, measure, curves, gates), empty);
    }

    private List<Curve> quantiles(Span span) {
        return List.of(
                new Curve("p50", "l1", stretch.quantiles(span, 0.50)),
                new Curve("p95", "l2", stretch.quantiles(span, 0.95)),
                new Curve("p99", "l3", stretch.quantiles(span, 0.99)));
    }

    /** Those that happened at all. */
    private List<Curve> byOperation(List<Figure> figures) {
        List<Curve> curves = new ArrayList<>();
        for (int i = 0; i < figures.size(); i++) {
            Figure f = figures.get(i);
            if (stretch.total(f) > 0) {
                String op = f.name().substring(f.name().indexOf('_') + 1).toLowerCase(Locale.ROOT);
                curves.add(new Curve(op, STYLES.get(i), stretch.rates(f)));
            }
        }
        return curves;
    }
}
