package io.svcdht.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.net.CloseReason;
import io.svcdht.node.net.DatagramEvent;
import io.svcdht.node.net.Failure;
import io.svcdht.node.net.KeyExchange;
import io.svcdht.node.net.NetMeter;
import io.svcdht.node.quota.Verdict;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.recent.Refusals.Way;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.WireCode;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the transport tells (contracts §6). Every series is made at the start; what peers send adds none. */
public final class PeerMeters implements NetMeter {
    private final Metrics metrics;
    private final Map<Opcode, Map<String, Counter>> asked = new EnumMap<>(Opcode.class);
    private final Map<Opcode, Map<String, Counter>> served = new EnumMap<>(Opcode.class);
    private final Map<Opcode, AtomicInteger> inflight = new EnumMap<>(Opcode.class);
    private final Map<CloseReason, Counter> closed;
    private final Map<KeyExchange, Counter> agreed;
    private final Map<DatagramEvent, Counter> datagrams;
    private final Counter handshakeFailures;
    private final AtomicInteger connections = new AtomicInteger();

    public PeerMeters(Metrics metrics) {
        this.metrics = metrics;
        PrometheusMeterRegistry registry = metrics.registry();
        for (Opcode op : Opcode.values()) {
            Map<String, Counter> outcomes = new HashMap<>();
            Map<String, Counter> answers = new HashMap<>();
            for (WireCode c : WireCode.values()) {
                outcomes.put(
                        c.name(), counter(registry, "dht_rpcs_total", "Requests to peers that ended", op, c.name()));
                answers.put(
                        c.name(),
                        counter(registry, "dht_rpcs_served_total", "Requests of peers answered", op, c.name()));
            }
            for (Failure f : Failure.values()) {
                // A time-out has one name, whether the peer or we gave up.
                outcomes.computeIfAbsent(
                        f.name(), n -> counter(registry, "dht_rpcs_total", "Requests to peers that ended", op, n));
            }
            asked.put(op, outcomes);
            served.put(op, answers);
            AtomicInteger now = new AtomicInteger();
            inflight.put(op, now);
            Gauge.builder("dht_rpcs_inflight", now, AtomicInteger::get)
                    .tag("op", label(op))
                    .description("Requests to peers under way")
                    .register(registry);
        }
        closed = RouteMeters.counters(CloseReason.class, r -> Counter.builder("peer_connections_closed_total")
                .tag("reason", r.name())
                .description("Connections to peers that ended")
                .register(registry));
        agreed = RouteMeters.counters(KeyExchange.class, k -> Counter.builder("tls_handshakes_total")
                .tag("group", k.text())
                .description("Handshakes with nodes, by the key exchange they agreed on")
                .register(registry));
        datagrams = RouteMeters.counters(DatagramEvent.class, e -> Counter.builder("dht_datagrams_total")
                .tag("what", e.text())
                .description("What happened with datagrams of peers")
                .register(registry));
        handshakeFailures = Counter.builder("tls_handshake_failures_total")
                .description("Handshakes that did not end with a node of this protocol")
                .register(registry);
        Gauge.builder("peer_connections", connections, AtomicInteger::get)
                .description("Connections to peers that stand")
                .register(registry);
    }

    private static Counter counter(
            PrometheusMeterRegistry registry, String name, String description, Opcode op, String code) {
        return Counter.builder(name)
                .description(description)
                .tags("op", label(op), "code", code)
                .register(registry);
    }

    private static String label(Opcode op) {
        return op.name().toLowerCase(Locale.ROOT);
    }

    private static void count(Map<Opcode, Map<String, Counter>> counters, Opcode op, String code) {
        Counter c = counters.getOrDefault(op, Map.of()).get(code);
        if (c != null) {
            c.increment();
        }
    }

    @Override
    public void asked(Opcode op, String code) {
        count(asked, op, code);
    }

    @Override
    public void served(Opcode op, String code) {
        count(served, op, code);
    }

    @Override
    public void inflight(Opcode op, int more) {
        AtomicInteger now = inflight.get(op);
        if (now != null) {
            now.addAndGet(more);
        }
    }

    @Override
    public void handshakeFailed() {
        handshakeFailures.increment();
    }

    @Override
    public void agreed(KeyExchange how) {
        Counter c = agreed.get(how);
        if (c != null) {
            c.increment();
        }
    }

    @Override
    public void datagram(DatagramEvent what) {
        Counter c = datagrams.get(what);
        if (c != null) {
            c.increment();
        }
    }

    @Override
    public void rejected(ErrorCode why) {
        metrics.rejected(why);
    }

    @Override
    public void overQuota(Verdict what) {
        metrics.overQuota(Metrics.Side.PEER, what);
        metrics.rejected(ErrorCode.QuotaHit);
    }

    @Override
    public void refused(String who, String reason, String detail) {
        metrics.refusals().note(Way.HERE, who, reason, () -> new Refusals.What(detail), System.nanoTime());
    }

    @Override
    public void opened() {
        connections.incrementAndGet();
    }

    @Override
    public void closed(CloseReason why) {
        connections.decrementAndGet();
        Counter c = closed.get(why);
        if (c != null) {
            c.increment();
        }
    }
}
