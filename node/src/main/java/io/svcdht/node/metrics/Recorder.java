package io.svcdht.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.svcdht.node.Network.Standing;
import io.svcdht.node.Node;
import io.svcdht.node.Node.Status;
import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.recent.Sample;
import io.svcdht.node.recent.Slice;
import io.svcdht.node.recent.Span;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Samples a node's meters into {@link Recent}. Whoever has a clock calls {@link #sample} every
 * {@link Recent#EACH_SECONDS} seconds, from one thread at a time; a sample reads some hundred numbers.
 */
public final class Recorder {
    private final Metrics metrics;
    private final Node node;
    private final Recent recent;
    private final Map<Figure, DoubleSupplier> totals = new EnumMap<>(Figure.class);
    private final Map<Figure, Double> before = new EnumMap<>(Figure.class);
    private long sampledNanos;

    /** Begins now; meters that are made later are not seen, and all of them are made before a node serves. */
    public Recorder(Metrics metrics, Node node, long nowNanos) {
        this.metrics = metrics;
        this.node = node;
        this.recent = new Recent(metrics.refusals());
        this.sampledNanos = nowNanos;
        MeterRegistry registry = metrics.registry();
        totals.put(Figure.FINDS, sum(registry.find("dht_lookups_total").counters()));
        totals.put(Figure.PROVIDES, sum(registry.find("dht_provides_total").counters()));
        Collection<DistributionSummary> searches =
                registry.find("dht_lookup_hops_histogram").summaries();
        totals.put(
                Figure.SEARCHES,
                () -> searches.stream().mapToDouble(DistributionSummary::count).sum());
        totals.put(
                Figure.SEARCHES_HEDGED,
                sum(registry.find("dht_lookups_hedged_total").counters()));
        totals.put(Figure.HEDGES, sum(registry.find("dht_hedge_spawned_total").counters()));
        totals.put(Figure.EVENTS, sum(registry.find("journal_events_total").counters()));
        // A route's counters are made with its first request.
        totals.put(
                Figure.REQUESTS,
                () -> sum(registry.find("http_requests_total").counters()).getAsDouble());
        totals.put(Figure.REFUSALS, sum(registry.find("rejected_total").counters()));
        rpcs(registry);
        totals.forEach((figure, total) -> before.put(figure, total.getAsDouble()));
        for (Span span : Span.values()) {
            metrics.spread(span).take();
        }
    }

    private void rpcs(MeterRegistry registry) {
        for (Figure figure : Figure.values()) {
            String[] words = figure.name().split("_", 2);
            String meter = words[0].equals("ASKED") ? "dht_rpcs_total" : "dht_rpcs_served_total";
            if (figure != Figure.ASKED_IN_VAIN && List.of("ASKED", "SERVED").contains(words[0])) {
                totals.put(
                        figure,
                        sum(registry.find(meter)
                                .tag("op", words[1].toLowerCase(Locale.ROOT))
                                .counters()));
            }
        }
        // Whatever the reason: refused, silent, gone, or somebody else.
        totals.put(
                Figure.ASKED_IN_VAIN,
                sum(registry.find("dht_rpcs_total").counters().stream()
                        .filter(c -> !"Ok".equals(c.getId().getTag("code")))
                        .toList()));
    }

    private static DoubleSupplier sum(Collection<Counter> counters) {
        List<Counter> all = List.copyOf(counters);
        return () -> all.stream().mapToDouble(Counter::count).sum();
    }

    /** What was sampled. */
    public Recent recent() {
        return recent;
    }

    /** Takes a sample. */
    public void sample(long nowNanos) {
        double seconds = (nowNanos - sampledNanos) / 1e9;
        if (seconds <= 0) {
            return;
        }
        sampledNanos = nowNanos;
        Map<Figure, Double> figures = levels();
        totals.forEach((figure, supplier) -> {
            double total = supplier.getAsDouble();
            figures.put(figure, Math.max(0, total - before.getOrDefault(figure, 0.0)));
            before.put(figure, total);
        });
        Map<Span, Slice> spans = new EnumMap<>(Span.class);
        for (Span span : Span.values()) {
            Slice slice = metrics.spread(span).take();
            if (slice.count() > 0) {
                spans.put(span, slice);
            }
        }
        recent.add(new Sample(node.nowMillis(), seconds, figures, spans));
    }

    private Map<Figure, Double> levels() {
        Map<Figure, Double> levels = new EnumMap<>(Figure.class);
        Status status = node.status();
        Runtime runtime = Runtime.getRuntime();
        levels.put(Figure.QUEUE, (double) status.queueDepth());
        levels.put(Figure.UNFORCED, (double) Math.max(0, status.journalPosition() - status.durablePosition()));
        levels.put(Figure.RECORDS, (double) status.records());
        levels.put(Figure.JOURNAL_BYTES, (double) status.journalBytes());
        levels.put(Figure.HEAP_BYTES, (double) (runtime.totalMemory() - runtime.freeMemory()));
        levels.put(Figure.HTTP_CONNECTIONS, metrics.vertx().connections());
        levels.put(
                Figure.INFLIGHT,
                metrics.registry().find("dht_rpcs_inflight").gauges().stream()
                        .mapToDouble(Gauge::value)
                        .sum());
        node.network().ifPresent(network -> {
            Standing standing = network.standing();
            levels.put(Figure.PEER_CONNECTIONS, (double) standing.connections());
            levels.put(Figure.UNPUBLISHED, (double) standing.unpublished());
            levels.put(Figure.CONTACTS, (double) standing.contacts());
            levels.put(Figure.CONTACTS_LIVE, (double) standing.live());
        });
        return levels;
    }
}
