package io.svcdht.node.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.svcdht.node.Discovery;
import io.svcdht.node.Node.Status;
import io.svcdht.node.Shipping;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.quota.Verdict;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.recent.Span;
import io.svcdht.node.recent.Spread;
import io.svcdht.node.runtime.Meter;
import io.svcdht.node.wire.TraceContext;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.trace.TraceLog;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Every number this node tells (contracts §6), under one roof. Meters of the hot paths are looked up once, here or by
 * the caller; recording is a few additions and may be done from any thread.
 */
public final class Metrics implements Meter {
    private static final int NAMES_MAX = 32;

    /** What a request to the engine was for: label {@code op} of {@code dht_success_total}. */
    public enum Op {
        PROVIDE,
        FIND,
        WITHDRAW;

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Who was refused as one too many: label {@code side} of {@code quota_hits_total}. */
    public enum Side {
        PEER,
        HTTP
    }

    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final @Nullable Exemplars exemplars;
    private final ClosedLabels labels = new ClosedLabels();
    private final Map<String, RouteMeters> routes = new ConcurrentHashMap<>();
    private final Map<String, Counter> restarts = new ConcurrentHashMap<>();
    private final Map<String, Counter> dropped = new ConcurrentHashMap<>();
    private final Map<EventType, Counter> events;
    private final Map<ErrorCode, Counter> rejections;
    private final Map<Op, Counter> successes;
    private final Map<Side, Map<Verdict, Counter>> quotaHits = new EnumMap<>(Side.class);
    private final Counter lookups;
    private final Counter provides;
    private final Timer lookupLatency;
    private final DistributionSummary lookupHops;
    private final Timer append;
    private final Timer sync;
    private final Counter clockSteps;
    private final VertxMeters vertx;
    private final Map<Span, Spread> spreads = new EnumMap<>(Span.class);
    private final Refusals refusals = new Refusals();
    private final Spread finds;
    private final Spread appends;
    private volatile double replaySeconds;
    private volatile boolean shortOfRoom;

    public Metrics() {
        this(null);
    }

    /** Whose histograms keep which traces their measurements are part of, told by {@link #within}. */
    public static Metrics withExemplars() {
        return new Metrics(new Exemplars());
    }

    private Metrics(@Nullable Exemplars exemplars) {
        this.exemplars = exemplars;
        this.registry = exemplars == null
                ? new HoldingRegistry(PrometheusConfig.DEFAULT)
                : new HoldingRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, exemplars);
        for (Span span : Span.values()) {
            spreads.put(span, new Spread());
        }
        finds = spread(Span.FIND);
        appends = spread(Span.APPEND);
        registry.config().meterFilter(labels);
        events = RouteMeters.counters(
                EventType.class,
                t -> counter("journal_events_total", "Events appended since the start", "type", t.name()));
        rejections = RouteMeters.counters(
                ErrorCode.class, c -> counter("rejected_total", "Requests refused, by reason", "reason", c.reason()));
        successes = RouteMeters.counters(
                Op.class,
                op -> counter("dht_success_total", "Requests that did what they asked for", "op", op.label()));
        for (Side side : Side.values()) {
            quotaHits.put(
                    side,
                    RouteMeters.counters(
                            Verdict.class,
                            v -> counter(
                                    "quota_hits_total",
                                    "Requests refused as too many, by who sent them and what there was too much of",
                                    "side",
                                    side.name().toLowerCase(java.util.Locale.ROOT),
                                    "quota",
                                    v.name().toLowerCase(java.util.Locale.ROOT))));
        }
        lookups = counter("dht_lookups_total", "Finds answered");
        provides = counter("dht_provides_total", "Provides acknowledged");
        lookupLatency = Timer.builder("dht_lookup_latency")
                .description("From the request to the answer of a find")
                .serviceLevelObjectives(millis(10, 20, 50, 100, 200, 500, 1000))
                .register(registry);
        lookupHops = DistributionSummary.builder("dht_lookup_hops")
                .description("Hops of all finds; a local answer counts one")
                .serviceLevelObjectives(1, 2, 3, 4, 5, 6)
                .register(registry);
        append = Timer.builder("journal_append")
                .description("Adding one event to the journal, without a force")
                .serviceLevelObjectives(micros(1, 2, 5, 10, 20, 50, 100, 1_000, 10_000, 100_000))
                .register(registry);
        sync = Timer.builder("journal_sync")
                .description("Forcing the journal to the medium")
                .serviceLevelObjectives(
                        micros(50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 200_000, 1_000_000))
                .register(registry);
        clockSteps = counter("clock_steps_total", "Steps of the wall clock against the monotonic one");
        bounded(restarts, "engine", this::restartsOf);
        vertx = new VertxMeters(registry);
        Gauge.builder("journal_replay_seconds", this, m -> m.replaySeconds)
                .description("How long the last start took to rebuild the state")
                .register(registry);
        Gauge.builder("journal_disk_short", this, m -> m.shortOfRoom ? 1 : 0)
                .description("1 while the journal's volume is below disk_reserve")
                .register(registry);
    }

    /** For adapters that make meters of their own, such as the console; the closed labels hold for those as well. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Hand this to the Vert.x that serves: its own numbers then show among ours. */
    public VertxMeters vertx() {
        return vertx;
    }

    /** Who was refused, and why: more than labels may say. */
    public Refusals refusals() {
        return refusals;
    }

    /** All meters in the text format of Prometheus, version 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    /** All meters with their exemplars, in the text format of OpenMetrics; empty where there are none to show. */
    public Optional<String> scrapeWithExemplars() {
        return exemplars == null ? Optional.empty() : Optional.of(registry.scrape(OPEN_METRICS));
    }

    /** Takes measurements that are part of a trace. */
    public void within(TraceContext trace, Runnable measured) {
        Exemplars e = exemplars;
        if (e == null) {
            measured.run();
        } else {
            e.within(trace, measured);
        }
    }

    /** Shows the node's state as gauges; the supplier is asked at every scrape. */
    public void bind(Supplier<Status> status) {
        gauge("journal_position", "Position of the last event", status, Status::journalPosition);
        gauge("journal_durable_position", "Position up to which a force succeeded", status, Status::durablePosition);
        gauge("node_ready", "1 while writes are taken", status, s -> s.ready() ? 1 : 0);
        gauge("journal_bytes", "Bytes of all retained events", status, Status::journalBytes);
        records(status, "live", Status::records);
        records(status, "tombstone", Status::tombstones);
        queue("engine", () -> status.get().queueDepth());
    }

    /** Shows how the journal gets to other machines; the supplier is asked at every scrape. */
    public void bindShipping(Supplier<Shipping.Status> shipping) {
        Gauge.builder("dht_ship_lag_events", shipping, s -> s.get().lagEvents())
                .description("Events of the journal that were not shipped yet")
                .register(registry);
        Gauge.builder("dht_ship_down", shipping, s -> s.get().isDown() ? 1 : 0)
                .description("1 while the journal should be shipped and is not")
                .register(registry);
        FunctionCounter.builder("dht_ship_lost_total", shipping, s -> s.get().lost())
                .description("Events that the journal gave up before they were shipped")
                .register(registry);
        FunctionCounter.builder(
                        "dht_ship_leader_changes_total", shipping, s -> s.get().leaders())
                .description("Times that another broker took the lead of the partition that the journal is shipped to")
                .register(registry);
        for (Shipping.Trouble t : Shipping.Trouble.values()) {
            FunctionCounter.builder(
                            "dht_ship_failures_total", shipping, s -> s.get().failures(t))
                    .tag("trouble", t.name().toLowerCase(Locale.ROOT))
                    .description("Times that shipping could not begin or go on, by what kept it")
                    .register(registry);
        }
        shipped("event", shipping, Shipping.Status::events);
        shipped("trace", shipping, Shipping.Status::traces);
        shipped("card", shipping, Shipping.Status::cards);
    }

    private void shipped(String what, Supplier<Shipping.Status> shipping, ToDoubleFunction<Shipping.Status> value) {
        FunctionCounter.builder("dht_shipped_total", shipping, s -> value.applyAsDouble(s.get()))
                .tag("what", what)
                .description("What the other side has acknowledged, by kind; what was sent twice counts twice")
                .register(registry);
    }

    /** Shows what another protocol finds; the supplier is asked at every scrape. */
    public void bindDiscovery(Supplier<Discovery.Status> discovery) {
        Gauge.builder("dht_discovery_live", discovery, s -> s.get().live())
                .description("Nodes of all networks that answer discv5")
                .register(registry);
        FunctionCounter.builder(
                        "dht_discovery_found_total", discovery, s -> s.get().found())
                .description("Nodes that discv5 led to and that proved to be of this network")
                .register(registry);
        FunctionCounter.builder(
                        "dht_discovery_untold_total", discovery, s -> s.get().untold())
                .description("Found nodes that came too soon after others to be journaled")
                .register(registry);
        for (Discovery.Refusal why : Discovery.Refusal.values()) {
            FunctionCounter.builder("dht_discovery_refused_total", discovery, s -> s.get()
                            .refusedFor(why))
                    .tag("reason", why.name().toLowerCase(Locale.ROOT))
                    .description("Records of discv5 that led nowhere, by what spoke against them")
                    .register(registry);
        }
    }

    /** Shows what became of lookup traces; the supplier is asked at every scrape. */
    public void bindTraces(Supplier<TraceLog.Counts> traces) {
        traces("trace_kept_total", "Traces of lookups that were kept", traces, TraceLog.Counts::kept);
        traces("trace_dropped_total", "Traces of lookups beyond their budget", traces, TraceLog.Counts::dropped);
        Gauge.builder("trace_bytes", traces, s -> s.get().bytes())
                .description("Bytes of all traces kept")
                .register(registry);
    }

    private void traces(
            String name,
            String description,
            Supplier<TraceLog.Counts> traces,
            ToDoubleFunction<TraceLog.Counts> value) {
        FunctionCounter.builder(name, traces, s -> value.applyAsDouble(s.get()))
                .description(description)
                .register(registry);
    }

    @Override
    public void shortOfRoom(boolean now) {
        shortOfRoom = now;
    }

    @Override
    public void appended(EventType type, long nanos) {
        count(events, type);
        append.record(nanos, TimeUnit.NANOSECONDS);
        appends.add(nanos);
    }

    @Override
    public void synced(long nanos) {
        sync.record(nanos, TimeUnit.NANOSECONDS);
        spread(Span.SYNC).add(nanos);
    }

    @Override
    public void replayed(long nanos) {
        replaySeconds = nanos / 1e9;
    }

    @Override
    public void restarted(String task) {
        bounded(restarts, task, this::restartsOf).increment();
    }

    private Counter restartsOf(String task) {
        return counter("service_restarts_total", "Failed parts started again", "task", task);
    }

    @Override
    public void clockStepped() {
        clockSteps.increment();
    }

    @Override
    public void dropped(String queue) {
        bounded(dropped, queue, this::droppedOf).increment();
    }

    private Counter droppedOf(String queue) {
        return counter("queue_dropped_total", "Inputs refused as a queue was full", "queue", queue);
    }

    /** A find was answered. */
    public void lookedUp(long nanos, int hops) {
        lookups.increment();
        count(successes, Op.FIND);
        lookupLatency.record(nanos, TimeUnit.NANOSECONDS);
        lookupHops.record(hops);
        finds.add(nanos);
    }

    /** A find that asked other nodes ended, in whatever way. */
    public void searched(long nanos) {
        spread(Span.SEARCH).add(nanos);
    }

    /** What pages show of the last hour, beside the histograms with their fixed bounds. */
    Spread spread(Span span) {
        return Objects.requireNonNull(spreads.get(span));
    }

    /** A provide was acknowledged. */
    public void provided() {
        provides.increment();
        count(successes, Op.PROVIDE);
    }

    /** A withdrawal was acknowledged. */
    public void withdrawn() {
        count(successes, Op.WITHDRAW);
    }

    /** A request was refused. */
    public void rejected(ErrorCode code) {
        count(rejections, code);
    }

    /** A request was refused as one too many. */
    public void overQuota(Side side, Verdict what) {
        Map<Verdict, Counter> hits = quotaHits.get(side);
        if (hits != null) {
            count(hits, what);
        }
    }

    /** Shows how many wait in a queue; what it does when it is full is the queue's own. */
    public void queue(String name, IntSupplier depth) {
        Gauge.builder("queue_depth", depth, IntSupplier::getAsInt)
                .tag("queue", name)
                .description("Inputs that wait")
                .register(registry);
        bounded(dropped, name, this::droppedOf);
    }

    /** The meters of a route; the set of routes is closed by the code that calls this. */
    public RouteMeters route(String route) {
        labels.addRoute(route);
        return routes.computeIfAbsent(route, r -> new RouteMeters(this, r));
    }

    /** The meters of what matches no route. */
    public RouteMeters unmatched() {
        return route(ClosedLabels.ROUTE_NONE);
    }

    Counter httpRequests(String route, String method, String status) {
        return Counter.builder("http_requests_total")
                .description("Requests answered")
                .tags("route", route, "method", method, "status", status)
                .register(registry);
    }

    Timer requestLatency(String route, String method) {
        return Timer.builder("request_latency")
                .description("From the head of a request to the end of its answer")
                .tags("route", route, "method", method)
                .serviceLevelObjectives(micros(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000))
                .register(registry);
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private void gauge(String name, String description, Supplier<Status> status, ToDoubleFunction<Status> value) {
        Gauge.builder(name, status, s -> value.applyAsDouble(s.get()))
                .description(description)
                .register(registry);
    }

    private void records(Supplier<Status> status, String state, ToDoubleFunction<Status> value) {
        Gauge.builder("provider_records", status, s -> value.applyAsDouble(s.get()))
                .tag("state", state)
                .description("Provider records held")
                .register(registry);
    }

    /** Names come from the code and are few; should one ever not, the rest share a series. */
    private static Counter bounded(Map<String, Counter> counters, String name, Function<String, Counter> maker) {
        String label = counters.size() < NAMES_MAX || counters.containsKey(name) ? name : "other";
        return counters.computeIfAbsent(label, maker);
    }

    private static <E extends Enum<E>> void count(Map<E, Counter> counters, E key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.increment();
        }
    }

    private static Duration[] millis(long... values) {
        return java.util.Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    private static Duration[] micros(long... values) {
        return java.util.Arrays.stream(values)
                .mapToObj(v -> Duration.ofNanos(v * 1000))
                .toArray(Duration[]::new);
    }
}
