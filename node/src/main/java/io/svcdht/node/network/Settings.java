package io.svcdht.node.network;

import io.svcdht.node.Network.Wanted;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.kad.TableRules;
import io.svcdht.node.lookup.HedgePolicy;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.lookup.RttWindow;
import io.svcdht.node.net.AddressPolicy;
import io.svcdht.node.net.NetLimits;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.node.trust.PqPolicy;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.PeerAddress.Scope;
import java.util.Comparator;
import java.util.List;

/** What the settings come to for the machines and the transport. */
final class Settings {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final int SPREAD_BITS = 4;
    private static final int PER_NETWORK_MAX = 2;
    private static final int TIMES_P95 = 4;
    private static final int CHECKS_PER_PING_TIME = 3;
    /** A peer is settled after two repairs. */
    private static final int REPAIRS_TO_SETTLE = 2;

    private Settings() {}

    static PeeringSettings peering(NetworkConfig c) {
        NetworkConfig.Search s = c.search();
        NetworkConfig.Care care = c.care();
        return new PeeringSettings(
                new TableRules(s.k(), SPREAD_BITS, true, care.asnPercentMax(), PER_NETWORK_MAX, care.asnEntropyMin()),
                limits(s, Math.min(s.replicas(), s.k()), s.provideMillis(), s.provideMillis(), 1)
                        .withK(Math.max(s.k(), s.replicas())),
                hedge(s),
                s.replicas(),
                care.ping() * SECOND / CHECKS_PER_PING_TIME,
                care.refresh() * SECOND,
                care.repair() * SECOND,
                care.republish().orElse(0) * SECOND,
                care.repair() * SECOND * REPAIRS_TO_SETTLE,
                unmeasured(c));
    }

    /**
     * Behind a proxy the first strangers are given all the time there is: a time-out of four times what the Internet takes
     * would end every leg before one was measured.
     */
    private static long unmeasured(NetworkConfig c) {
        return c.hiding().proxy().isEmpty()
                ? RttWindow.UNMEASURED_NANOS
                : Math.max(RttWindow.UNMEASURED_NANOS, c.search().rpcTimeoutMillis() * MILLI / TIMES_P95);
    }

    /** As it is in force now: the settings behind it change with a reload. */
    static PqPolicy signing(NodeConfig c) {
        NetworkConfig.Signing s = c.network().signing();
        boolean knows = s.algorithms().contains(NetworkConfig.Algorithm.ML_DSA_87);
        return new PqPolicy(s.dual() && knows, knows, s.requireOnMillis(), c.ttlSecondsMax());
    }

    private static HedgePolicy hedge(NetworkConfig.Search s) {
        return s.hedgeMillis().isPresent()
                ? new HedgePolicy.Fixed(s.hedgeMillis().getAsInt() * MILLI)
                : new HedgePolicy.Adaptive(s.hedgeStaggerMillis() * MILLI);
    }

    /** Limits of a search somebody waits for. */
    static Limits wanted(NetworkConfig c, Wanted w) {
        NetworkConfig.Search s = c.search();
        int deadline = w.deadlineMillis().orElse(s.absenceMillis());
        int paths = w.paths().orElse(s.paths());
        return limits(s, s.k(), Math.min(s.lookupMillis(), deadline), deadline, paths);
    }

    private static Limits limits(NetworkConfig.Search s, int k, int firstMillis, int deadlineMillis, int paths) {
        int alpha = Math.min(s.alpha(), k);
        return new Limits(
                k,
                alpha,
                Math.min(s.beta(), alpha),
                paths,
                s.hopBudget(),
                1,
                firstMillis * MILLI,
                deadlineMillis * MILLI,
                s.rpcTimeoutMillis() * MILLI,
                s.legBudgetMillisMin() * MILLI);
    }

    /** On loopback, and behind a proxy, all peers share one address, and what one of them may cost says nothing. */
    static NetLimits net(NetworkConfig c, AddressPolicy policy) {
        NetworkConfig.Connections n = c.connections();
        NetLimits s = NetLimits.STANDARD;
        // Callers of an onion service all come from the daemon's address.
        boolean oneAddress =
                (policy == AddressPolicy.LOOPBACK || c.hiding().proxy().isPresent()) && !n.limitLoopback();
        return s.withPatience(n.dialMillis(), n.idleMillis(), s.answerMillisMax())
                .withConnections(n.max(), oneAddress ? n.max() : Math.min(s.connectionsIpMax(), n.max()))
                .withInflight(n.inflight(), Math.min(s.inflightPeerMax(), n.inflight()))
                .withRates(n.rpsPeer(), oneAddress ? n.rpsGlobal() : n.rpsIp(), n.rpsGlobal())
                .withBytes(new NetLimits.Bytes(
                        n.bytesPeer(), oneAddress ? n.bytesGlobal() : n.bytesIp(), n.bytesGlobal()));
    }

    /** @param own where this node can be reached */
    static AddressPolicy policy(NetworkConfig c, List<PeerAddress> own) {
        return switch (c.addressPolicy()) {
            case PUBLIC -> AddressPolicy.PUBLIC;
            case PRIVATE -> AddressPolicy.PRIVATE;
            case LOOPBACK -> AddressPolicy.LOOPBACK;
            case AUTO -> {
                if (c.hiding().proxy().isPresent()) {
                    // Nobody may have the proxy call its own neighbours.
                    yield AddressPolicy.PUBLIC;
                }
                Scope widest = own.stream()
                        .map(PeerAddress::scope)
                        .max(Comparator.naturalOrder())
                        .orElse(Scope.PUBLIC);
                yield switch (widest) {
                    case PUBLIC -> AddressPolicy.PUBLIC;
                    case PRIVATE -> AddressPolicy.PRIVATE;
                    case LOOPBACK, NOWHERE -> AddressPolicy.LOOPBACK;
                };
            }
        };
    }
}
