package io.svcdht.node.config;

import io.svcdht.node.asn.AsnFile;
import io.svcdht.node.config.NetworkConfig.Reach;
import io.svcdht.node.config.NodeConfig.HostPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;

/** The rows of the table that are about other nodes. All but one of them take a restart. */
final class NetworkKeys {
    private static final Group<NetworkConfig> OF = new Group<>(false, NodeConfig::network);

    static final ConfigKey<Optional<HostPort>> PEER_BIND = OF.row(
            "peer_bind",
            new ValueType.OptionalAddress(),
            Optional.of(new HostPort("127.0.0.1", 5302)),
            "127.0.0.1:5302",
            "",
            "Where peers reach this node; none = a client, which asks and is not asked.",
            NetworkConfig::bind);
    static final ConfigKey<List<HostPort>> ADVERTISE = OF.row(
            "advertise",
            new ValueType.Addresses(),
            List.of(),
            "from peer_bind",
            "never 0.0.0.0 or ::",
            "Addresses other nodes are told to reach this one at.",
            NetworkConfig::advertise);
    static final ConfigKey<List<HostPort>> SEEDS = OF.row(
            "seeds",
            new ValueType.Addresses(),
            List.of(),
            "none",
            "",
            "Nodes to begin with; without any the node waits for others to come.",
            NetworkConfig::seeds);
    static final ConfigKey<String> NETWORK_ID = OF.row(
            "network_id",
            new ValueType.Name(),
            "svc-dht",
            "svc-dht",
            "",
            "Which network this node belongs to; nodes of others are refused.",
            NetworkConfig::networkId);
    static final ConfigKey<Boolean> STRICT_READY = OF.row(
            "strict_ready",
            new ValueType.Bool(),
            false,
            "false",
            "exit code 4 after 60 s",
            "End the process if the node does not become ready.",
            NetworkConfig::strictReady);
    static final ConfigKey<Reach> ADDRESS_POLICY = OF.row(
            "address_policy",
            new ValueType.Choice<>(Reach.class),
            Reach.AUTO,
            "auto",
            "auto = as far as the widest advertised address; narrower addresses are refused",
            "Which addresses of peers may be dialled.",
            NetworkConfig::addressPolicy);

    static final ConfigKey<Long> ALPHA =
            whole("alpha", 1, 16, 3, "at most k", "Requests of a lookup under way at once.", c -> c.search()
                    .alpha());
    static final ConfigKey<Long> BETA = whole(
            "beta",
            0,
            16,
            1,
            "at most alpha",
            "How many others a slow request makes room for, one after the other.",
            c -> c.search().beta());
    static final ConfigKey<Long> K = whole(
            "k",
            1,
            64,
            20,
            "a warning outside 16…32",
            "Contacts of a bucket, and nodes that prove absence.",
            c -> c.search().k());
    static final ConfigKey<Long> REPLICAS =
            whole("replicas", 1, 64, 20, "", "How many of the closest nodes hold a record.", c -> c.search()
                    .replicas());
    static final ConfigKey<Long> HOP_BUDGET =
            whole("hop_budget", 1, 32, 6, "", "Deepest hop of a lookup; own contacts are hop 1.", c -> c.search()
                    .hopBudget());
    static final ConfigKey<Long> PATHS = whole(
            "paths", 1, 8, 1, "", "Disjoint paths of a lookup.", c -> c.search().paths());
    static final ConfigKey<Long> LOOKUP_DEADLINE_MS =
            whole("lookup_deadline_ms", 10, 60_000, 300, "", "After this long one record is enough.", c -> c.search()
                    .lookupMillis());
    static final ConfigKey<Long> ABSENCE_DEADLINE_MS = whole(
            "absence_deadline_ms",
            10,
            60_000,
            2_000,
            "at least lookup_deadline_ms",
            "How long absence may take to prove.",
            c -> c.search().absenceMillis());
    static final ConfigKey<Long> PROVIDE_DEADLINE_MS = whole(
            "provide_deadline_ms",
            100,
            600_000,
            10_000,
            "",
            "How long ?wait=replicated waits for holders.",
            c -> c.search().provideMillis());
    static final ConfigKey<OptionalInt> HEDGE = OF.row(
            "hedge",
            new ValueType.AdaptiveMillis(),
            OptionalInt.empty(),
            "adaptive",
            "adaptive = by measured round trips",
            "When a slow request makes room for another, milliseconds.",
            c -> c.search().hedgeMillis());
    static final ConfigKey<Long> HEDGE_STAGGER_MS =
            whole("hedge_stagger_ms", 1, 10_000, 25, "", "An adaptive hedge never comes before this.", c -> c.search()
                    .hedgeStaggerMillis());
    static final ConfigKey<Long> RPC_TIMEOUT_MS =
            whole("rpc_timeout_ms", 50, 60_000, 1_500, "", "Longest wait for one answer.", c -> c.search()
                    .rpcTimeoutMillis());
    static final ConfigKey<Long> MIN_LEG_BUDGET_MS = whole(
            "min_leg_budget_ms",
            1,
            10_000,
            50,
            "",
            "Shortest time-out of one request, however near the peer.",
            c -> c.search().legBudgetMillisMin());

    static final ConfigKey<Long> DIAL_TIMEOUT_MS =
            whole("dial_timeout_ms", 100, 60_000, 1_500, "", "For connecting, TLS and greeting.", c -> c.connections()
                    .dialMillis());
    static final ConfigKey<Long> IDLE_TIMEOUT_MS = whole(
            "idle_timeout_ms",
            500,
            600_000,
            5_000,
            "contacts of the routing table stay connected",
            "A connection without a word is closed after this.",
            c -> c.connections().idleMillis());
    static final ConfigKey<Long> PEER_CONNECTIONS_MAX =
            whole("peer_connections_max", 8, 65_536, 256, "", "Connections to peers at once.", c -> c.connections()
                    .max());
    static final ConfigKey<Boolean> DATAGRAMS = OF.row(
            "datagrams",
            new ValueType.Bool(),
            true,
            "true",
            "UDP at the number of peer_bind; off, behind a proxy, or where nothing comes through, all goes over TLS",
            "Ask strangers in the first datagram, encrypted.",
            c -> c.connections().datagrams());
    static final ConfigKey<Long> MAX_LEGS = whole(
            "max_legs",
            1,
            4_096,
            64,
            "those somebody waits for go first",
            "Requests of this node's own lookups under way at once; more wait.",
            NetworkConfig::legsMax);
    static final ConfigKey<Long> MAX_INFLIGHT = whole(
            "max_inflight", 1, 65_536, 512, "", "Requests of peers answered at once, and of HTTP.", c -> c.connections()
                    .inflight());
    static final ConfigKey<Long> MAX_RPS_PEER =
            whole("max_rps_peer", 1, 1_000_000, 100, "", "Requests a second of one peer.", c -> c.connections()
                    .rpsPeer());
    static final ConfigKey<Long> MAX_RPS_IP = whole(
            "max_rps_ip",
            1,
            1_000_000,
            200,
            "",
            "Requests a second of one /32 or /56, of peers and of HTTP.",
            c -> c.connections().rpsIp());
    static final ConfigKey<Long> MAX_RPS_GLOBAL = whole(
            "max_rps_global",
            1,
            10_000_000,
            6_000,
            "",
            "Requests a second of all peers, and of all HTTP.",
            c -> c.connections().rpsGlobal());
    static final ConfigKey<Long> MAX_BYTES_PER_S_PEER = whole(
            "max_bytes_per_s_peer",
            1_024,
            1L << 30,
            4 << 20,
            "a frame may be larger than what is left, and is paid off",
            "Bytes a second of one peer's requests.",
            c -> c.connections().bytesPeer());
    static final ConfigKey<Long> MAX_BYTES_PER_S_IP = whole(
            "max_bytes_per_s_ip",
            1_024,
            1L << 30,
            8 << 20,
            "",
            "Bytes a second of the requests of one /32 or /56, of peers and of HTTP.",
            c -> c.connections().bytesIp());
    static final ConfigKey<Long> MAX_BYTES_PER_S_GLOBAL = whole(
            "max_bytes_per_s_global",
            1_024,
            1L << 40,
            64 << 20,
            "",
            "Bytes a second of all peers' requests, and of all HTTP.",
            c -> c.connections().bytesGlobal());
    static final ConfigKey<Boolean> LIMIT_LOOPBACK = OF.row(
            "limit_loopback",
            new ValueType.Bool(),
            false,
            "false",
            "on loopback all share one address",
            "Hold callers on this machine to what an address may have as well.",
            c -> c.connections().limitLoopback());
    static final ConfigKey<Long> JOURNAL_PEER_BYTES_PER_S = whole(
            "journal_peer_bytes_per_s",
            1_024,
            1L << 30,
            1 << 20,
            "",
            "How much of what peers hand this node may be journaled, bytes a second.",
            c -> c.connections().journalBytesPerSecond());

    static final ConfigKey<OptionalInt> REPUBLISH_SECS = OF.row(
            "republish_secs",
            new ValueType.HalfLifeOrSeconds(),
            OptionalInt.empty(),
            "half",
            "half = after half the time to live, 12 h at most",
            "How often the holders of our own records are renewed, seconds.",
            c -> c.care().republish());
    static final ConfigKey<Long> REPAIR_SECS =
            whole("repair_secs", 1, 86_400, 300, "", "Holders of a record check each other this often.", c -> c.care()
                    .repair());
    static final ConfigKey<Long> REFRESH_SECS =
            whole("refresh_secs", 10, 86_400, 3_600, "", "Each bucket is looked into this often.", c -> c.care()
                    .refresh());
    static final ConfigKey<Long> PING_SECS =
            whole("ping_secs", 3, 3_600, 60, "", "Three contacts are checked in this time.", c -> c.care()
                    .ping());
    static final ConfigKey<Optional<Path>> ASN_FILE = new ConfigKey<>(
            "asn_file",
            new ValueType.OptionalFile(),
            s -> Optional.empty(),
            "none",
            "MaxMind DB format; a reload reads it again; without it a /24 or /48 counts as a network",
            true,
            "Which address belongs to which autonomous system.",
            c -> c.network().care().asnFile());
    static final ConfigKey<Long> ASN_MAX_PCT = whole(
            "asn_max_pct",
            1,
            100,
            40,
            "public addresses, buckets with 8 contacts or more",
            "Largest share of one autonomous system in a bucket, percent.",
            c -> c.care().asnPercentMax());
    static final ConfigKey<Double> ASN_ENTROPY_MIN = OF.row(
            "asn_entropy_min",
            new ValueType.Decimal(0, 6),
            1.5,
            "1.5",
            "public addresses, buckets with 8 contacts or more; 0 = any mix",
            "Who makes a bucket's mix of autonomous systems poorer than this is not taken, bits.",
            c -> c.care().asnEntropyMin());

    /** In the order people read them. */
    static final List<ConfigKey<?>> KEYS = List.of(
            PEER_BIND,
            ADVERTISE,
            SEEDS,
            NETWORK_ID,
            STRICT_READY,
            ADDRESS_POLICY,
            ALPHA,
            BETA,
            K,
            REPLICAS,
            HOP_BUDGET,
            PATHS,
            LOOKUP_DEADLINE_MS,
            ABSENCE_DEADLINE_MS,
            PROVIDE_DEADLINE_MS,
            HEDGE,
            HEDGE_STAGGER_MS,
            RPC_TIMEOUT_MS,
            MIN_LEG_BUDGET_MS,
            DIAL_TIMEOUT_MS,
            IDLE_TIMEOUT_MS,
            PEER_CONNECTIONS_MAX,
            DATAGRAMS,
            MAX_LEGS,
            MAX_INFLIGHT,
            MAX_RPS_PEER,
            MAX_RPS_IP,
            MAX_RPS_GLOBAL,
            MAX_BYTES_PER_S_PEER,
            MAX_BYTES_PER_S_IP,
            MAX_BYTES_PER_S_GLOBAL,
            LIMIT_LOOPBACK,
            JOURNAL_PEER_BYTES_PER_S,
            REPUBLISH_SECS,
            REPAIR_SECS,
            REFRESH_SECS,
            PING_SECS,
            ASN_FILE,
            ASN_MAX_PCT,
            ASN_ENTROPY_MIN);

    private NetworkKeys() {}

    private static ConfigKey<Long> whole(
            String name,
            long min,
            long max,
            long fallback,
            String remark,
            String description,
            ToLongFunction<NetworkConfig> of) {
        return OF.row(
                name,
                new ValueType.Whole(min, max),
                fallback,
                Long.toString(fallback),
                remark,
                description,
                of::applyAsLong);
    }

    /** What is wrong though each value for itself is right. */
    static List<Problem> contradictions(Values v) {
        List<Problem> problems = new ArrayList<>();
        smaller(v, BETA, ALPHA, problems);
        smaller(v, ALPHA, K, problems);
        smaller(v, LOOKUP_DEADLINE_MS, ABSENCE_DEADLINE_MS, problems);
        for (HostPort address : v.get(ADVERTISE)) {
            if (address.host().equals("0.0.0.0") || address.host().equals("::") || address.port() == 0) {
                problems.add(new Problem(
                        v.source(ADVERTISE),
                        "advertise = %s is nowhere anybody could call; name an address others can reach"
                                .formatted(address)));
            }
        }
        Optional<HostPort> bind = v.get(PEER_BIND);
        boolean everywhere = bind.isPresent()
                && (bind.get().host().equals("0.0.0.0") || bind.get().host().equals("::"));
        if (everywhere && v.get(ADVERTISE).isEmpty()) {
            problems.add(new Problem(
                    v.source(PEER_BIND),
                    "peer_bind = %s listens everywhere, so advertise must say where others reach this node"
                            .formatted(bind.get())));
        }
        v.get(ASN_FILE).ifPresent(file -> {
            try {
                AsnFile.open(file);
            } catch (AsnFile.Refused e) {
                problems.add(new Problem(v.source(ASN_FILE), "asn_file: " + e.getMessage()));
            }
        });
        return problems;
    }

    private static void smaller(Values v, ConfigKey<Long> low, ConfigKey<Long> high, List<Problem> problems) {
        long a = v.get(low);
        long b = v.get(high);
        if (a > b) {
            problems.add(new Problem(
                    v.source(low) instanceof Source.Default ? v.source(high) : v.source(low),
                    "%s = %d is above %s = %d; lower one or raise the other".formatted(low.name(), a, high.name(), b)));
        }
    }

    static NetworkConfig config(Values v) {
        return new NetworkConfig(
                v.get(PEER_BIND),
                v.get(ADVERTISE),
                v.get(SEEDS),
                v.get(NETWORK_ID),
                v.get(STRICT_READY),
                v.get(ADDRESS_POLICY),
                new NetworkConfig.Search(
                        number(v, ALPHA),
                        number(v, BETA),
                        number(v, K),
                        number(v, REPLICAS),
                        number(v, HOP_BUDGET),
                        number(v, PATHS),
                        number(v, LOOKUP_DEADLINE_MS),
                        number(v, ABSENCE_DEADLINE_MS),
                        number(v, PROVIDE_DEADLINE_MS),
                        v.get(HEDGE),
                        number(v, HEDGE_STAGGER_MS),
                        number(v, RPC_TIMEOUT_MS),
                        number(v, MIN_LEG_BUDGET_MS)),
                new NetworkConfig.Connections(
                        number(v, DIAL_TIMEOUT_MS),
                        number(v, IDLE_TIMEOUT_MS),
                        number(v, PEER_CONNECTIONS_MAX),
                        number(v, MAX_INFLIGHT),
                        number(v, MAX_RPS_PEER),
                        number(v, MAX_RPS_IP),
                        number(v, MAX_RPS_GLOBAL),
                        v.get(JOURNAL_PEER_BYTES_PER_S),
                        v.get(MAX_BYTES_PER_S_PEER),
                        v.get(MAX_BYTES_PER_S_IP),
                        v.get(MAX_BYTES_PER_S_GLOBAL),
                        v.get(LIMIT_LOOPBACK),
                        // They cannot be proxied.
                        v.get(DATAGRAMS) && v.get(ProxyKeys.PROXY).isEmpty()),
                new NetworkConfig.Care(
                        v.get(REPUBLISH_SECS),
                        number(v, REPAIR_SECS),
                        number(v, REFRESH_SECS),
                        number(v, PING_SECS),
                        number(v, ASN_MAX_PCT),
                        v.get(ASN_ENTROPY_MIN),
                        v.get(ASN_FILE)),
                SigningKeys.signing(v),
                number(v, MAX_LEGS),
                ProxyKeys.hiding(v));
    }

    private static int number(Values v, ConfigKey<Long> key) {
        return Math.toIntExact(v.get(key));
    }
}
