package io.svcdht.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.svcdht.node.Network.Standing;
import io.svcdht.node.NetworkMeter;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.recent.Span;
import io.svcdht.node.recent.Spread;
import io.svcdht.node.trust.PqCounts;
import io.svcdht.node.trust.RefusalCounts;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.NodeId;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What this node does among others (contracts §6). Every series is made at the start. */
public final class NetworkMeters implements NetworkMeter {
    /** Deeper buckets of a network of less than a thousand million nodes are empty. */
    private static final int BUCKETS_SHOWN = 32;

    /** The queue of records to sign and to check. */
    private static final String CHECKS = "records";

    private final MeterRegistry registry;
    private final Map<Search, DistributionSummary> hops = new EnumMap<>(Search.class);
    private final Map<LookupResult.Outcome, Counter> outcomes;
    private final Map<RouteUpdate, Counter> routes = new EnumMap<>(RouteUpdate.class);
    private final Map<WireCode, Counter> turnedAway = new EnumMap<>(WireCode.class);
    private final Spread spread;
    private final Counter hedgedSearches;
    private final Counter hedges;
    private final Counter cancelled;
    private final Metrics metrics;
    private final Counter reached;
    private final Counter unreached;

    public NetworkMeters(Metrics metrics) {
        this.metrics = metrics;
        registry = metrics.registry();
        spread = metrics.spread(Span.HOPS);
        hedgedSearches = counter("dht_lookups_hedged_total", "Lookups over the network in which a leg was slow");
        for (Search search : Search.values()) {
            hops.put(
                    search,
                    DistributionSummary.builder("dht_lookup_hops_histogram")
                            .tag("op", search.name().toLowerCase(Locale.ROOT))
                            .description("Hops of lookups over the network")
                            .serviceLevelObjectives(1, 2, 3, 4, 5, 6)
                            .register(registry));
        }
        outcomes = RouteMeters.counters(
                LookupResult.Outcome.class,
                o -> counter(
                        "dht_finds_total",
                        "Searches for records over the network, by what they came to",
                        "outcome",
                        o.name().toLowerCase(Locale.ROOT)));
        for (RouteUpdate update : RouteUpdate.values()) {
            routes.put(
                    update,
                    counter(
                            "dht_route_updates_total",
                            "Changes of the routing table",
                            "action",
                            update.name().toLowerCase(Locale.ROOT)));
        }
        for (WireCode code : WireCode.values()) {
            if (code != WireCode.Ok) {
                turnedAway.put(
                        code,
                        counter(
                                "provider_turned_away_total",
                                "Own records that a peer did not take",
                                "code",
                                code.name().toLowerCase(Locale.ROOT)));
            }
        }
        hedges = counter("dht_hedge_spawned_total", "Requests sent because another was slow");
        cancelled = counter("dht_hedge_canceled_total", "Hedges given up as their answer was of no use any more");
        reached = published("ok");
        unreached = published("nobody");
    }

    private Counter published(String result) {
        return counter("provider_republish_total", "Own records handed to their holders", "result", result);
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    @Override
    public void searched(Search search, int depth, int hedged) {
        DistributionSummary summary = hops.get(search);
        if (summary != null) {
            summary.record(depth);
        }
        hedges.increment(hedged);
        spread.add(depth);
        if (hedged > 0) {
            hedgedSearches.increment();
        }
    }

    @Override
    public void ended(Search search, LookupResult.Outcome outcome) {
        Counter counter = outcomes.get(outcome);
        if (search == Search.FIND && counter != null) {
            counter.increment();
        }
    }

    @Override
    public void hedgeCancelled() {
        cancelled.increment();
    }

    @Override
    public void published(boolean reachedAny) {
        (reachedAny ? reached : unreached).increment();
    }

    @Override
    public void routed(RouteUpdate update) {
        Counter counter = routes.get(update);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void rejected(ErrorCode why) {
        metrics.rejected(why);
    }

    @Override
    public void refused(Refusals.Way way, NodeId who, String reason, Supplier<Refusals.What> what) {
        metrics.refusals().note(way, who.text(), reason, what, System.nanoTime());
    }

    @Override
    public void shed() {
        metrics.dropped(CHECKS);
    }

    @Override
    public void bind(IntSupplier checksWaiting) {
        Gauge.builder("queue_depth", checksWaiting, IntSupplier::getAsInt)
                .tag("queue", CHECKS)
                .description("Inputs that wait")
                .register(registry);
    }

    @Override
    public void turnedAway(WireCode code) {
        Counter counter = turnedAway.get(code);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void bind(PqCounts signed, RefusalCounts refused) {
        Gauge.builder("pq_dual_sign_ratio", signed, PqCounts::dualRatio)
                .description("Share of the records of others that had both signatures, 1 where none came")
                .register(registry);
        FunctionCounter.builder("pq_classical_only_total", signed, PqCounts::classicalOnly)
                .description("Records of others without a post-quantum signature, refused ones included")
                .register(registry);
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            FunctionCounter.builder("pq_verify_fail_total", signed, s -> s.failures(algorithm))
                    .tag("alg", algorithm.text().toLowerCase(Locale.ROOT))
                    .description("Signatures of others that did not hold")
                    .register(registry);
        }
        for (Refusal why : Refusal.values()) {
            FunctionCounter.builder("record_refusals_total", refused, r -> r.of(why))
                    .tag("why", why.name().toLowerCase(Locale.ROOT))
                    .description("Records of others that were not taken, by what is wrong with them")
                    .register(registry);
        }
    }

    @Override
    public void dropped(String queue) {
        metrics.dropped(queue);
    }

    @Override
    public void queue(String name, IntSupplier depth) {
        metrics.queue(name, depth);
    }

    @Override
    public void bind(Supplier<Standing> standing) {
        gauge("dht_bootstrap_seeds_up", "Seeds that answered", standing, Standing::seedsUp);
        gauge("dht_contacts", "Members of the routing table", standing, Standing::contacts);
        gauge("dht_contacts_live", "Those of them that answer", standing, Standing::live);
        gauge("dht_unpublished", "Own records that wait to be handed out", standing, Standing::unpublished);
        gauge("dht_asn_known", "1 = asn_file says whose an address is, 0 = a /24 or /48 stands for it", standing, s -> {
            return s.guard().asns().isEmpty() ? 0 : 1;
        });
        gauge("dht_hostile", "1 while ids look made for a key and lookups take more paths", standing, s -> {
            return s.guard().alarm().isEmpty() ? 0 : 1;
        });
        FunctionCounter.builder(
                        "dht_crowded_total", standing, s -> s.get().guard().alarms())
                .description("Places where ids were denser than luck makes them")
                .register(registry);
        gauge("dht_network_size", "Nodes there are, estimated", standing, s -> (double) s.networkSize());
        gauge(
                "dht_ready_bucket_fill_pct",
                "Buckets with a member, of those one expects to have one, percent",
                standing,
                s -> Math.min(100.0, 100.0 * s.filledBuckets() / Math.max(1, s.expectedBuckets())));
        for (int bucket = 0; bucket < BUCKETS_SHOWN; bucket++) {
            int b = bucket;
            Gauge.builder("dht_bucket_occupancy", standing, s -> s.get().occupancy(b))
                    .tag("bucket", Integer.toString(bucket))
                    .description("Members of a bucket")
                    .register(registry);
            Gauge.builder(
                            "dht_bucket_asn_entropy_bits",
                            standing,
                            s -> s.get().guard().mix(b).entropyBits())
                    .tag("bucket", Integer.toString(bucket))
                    .description("How mixed a bucket's autonomous systems are, or blocks of addresses without asn_file")
                    .register(registry);
            Gauge.builder(
                            "dht_bucket_asn_max_pct",
                            standing,
                            s -> s.get().guard().mix(b).percentMax())
                    .tag("bucket", Integer.toString(bucket))
                    .description("Largest share of one of them in a bucket, percent")
                    .register(registry);
        }
    }

    private void gauge(String name, String description, Supplier<Standing> standing, ToDoubleFunction<Standing> value) {
        Gauge.builder(name, standing, s -> value.applyAsDouble(s.get()))
                .description(description)
                .register(registry);
    }
}
