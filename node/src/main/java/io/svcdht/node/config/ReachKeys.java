package io.svcdht.node.config;

import io.svcdht.node.config.BusConfig.Tls;
import io.svcdht.node.config.NodeConfig.HostPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The rows of the table that are about the event bus beyond the process, and about traces. A restart changes them. */
final class ReachKeys {
    private static final Group<NodeConfig> OF = new Group<>(false, c -> c);

    static final ConfigKey<Optional<HostPort>> BUS_BRIDGE = OF.row(
            "bus_bridge",
            new ValueType.OptionalAddress(),
            Optional.empty(),
            "none",
            "needs admin_token_file, beyond loopback also the bus_tls keys",
            "Where the event bus can be reached over TCP.",
            c -> c.bus().bridge());
    static final ConfigKey<Optional<HostPort>> BUS_CLUSTER = OF.row(
            "bus_cluster",
            new ValueType.OptionalAddress(),
            Optional.empty(),
            "none",
            "needs the jars of the cluster module, beyond loopback also the bus_tls keys",
            "Where this node's part of a clustered event bus meets the others.",
            c -> c.bus().cluster());
    static final ConfigKey<List<HostPort>> BUS_CLUSTER_MEMBERS = OF.row(
            "bus_cluster_members",
            new ValueType.Addresses(),
            List.of(),
            "none",
            "this node's own may be among them; no two with the same port",
            "Where the others of the clustered event bus are met.",
            c -> c.bus().members());
    static final ConfigKey<Optional<Path>> BUS_TLS_CERT = file(
            "bus_tls_cert",
            "PEM; all three or none of them",
            "What this node's bridge and cluster prove themselves with.",
            Tls::certificate);
    static final ConfigKey<Optional<Path>> BUS_TLS_KEY =
            file("bus_tls_key", "PEM, PKCS #8, EC or RSA", "The private key of bus_tls_cert.", Tls::key);
    static final ConfigKey<Optional<Path>> BUS_TLS_CA =
            file("bus_tls_ca", "PEM", "Whose certificates the bridge and the cluster take of others.", Tls::authority);
    static final ConfigKey<Optional<URI>> OTLP_ENDPOINT = OF.row(
            "otlp_endpoint",
            new Endpoint(),
            Optional.empty(),
            "none",
            "without /v1/traces",
            "Collector that gets spans of requests, lookups and calls to peers by OTLP over HTTP.",
            c -> c.telemetry().endpoint());
    static final ConfigKey<Double> OTLP_SAMPLE_PCT = OF.row(
            "otlp_sample_pct",
            new ValueType.Decimal(0, 100),
            100.0,
            "100",
            "what comes with a context goes by that",
            "Of what begins here, how much is traced, per cent.",
            c -> c.telemetry().sampledPct());

    static final List<ConfigKey<?>> KEYS = List.of(
            BUS_BRIDGE,
            BUS_CLUSTER,
            BUS_CLUSTER_MEMBERS,
            BUS_TLS_CERT,
            BUS_TLS_KEY,
            BUS_TLS_CA,
            OTLP_ENDPOINT,
            OTLP_SAMPLE_PCT);

    private ReachKeys() {}

    private static ConfigKey<Optional<Path>> file(
            String name, String remark, String description, Function<Tls, Path> of) {
        return OF.row(name, new ValueType.OptionalFile(), Optional.empty(), "none", remark, description, c -> c.bus()
                .tls()
                .map(of));
    }

    static BusConfig bus(Values v) {
        Optional<Tls> tls = v.get(BUS_TLS_CERT).flatMap(cert -> v.get(BUS_TLS_KEY)
                .flatMap(key -> v.get(BUS_TLS_CA).map(authority -> new Tls(cert, key, authority))));
        return new BusConfig(v.get(BUS_BRIDGE), v.get(BUS_CLUSTER), v.get(BUS_CLUSTER_MEMBERS), tls);
    }

    static Telemetry telemetry(Values v) {
        return new Telemetry(v.get(OTLP_ENDPOINT), v.get(OTLP_SAMPLE_PCT));
    }

    /** What is wrong though each value for itself is right. */
    static List<Problem> contradictions(Values v) {
        List<Problem> problems = new ArrayList<>(tls(v));
        boolean secured = v.get(BUS_TLS_CERT).isPresent();
        v.get(BUS_BRIDGE).ifPresent(bind -> {
            if (v.get(ConfigTable.ADMIN_TOKEN_FILE).isEmpty()) {
                problems.add(new Problem(
                        v.source(BUS_BRIDGE),
                        "bus_bridge needs admin_token_file: who connects shows a token in the first frame"));
            }
            if (!secured && !Hosts.isLoopback(bind.host())) {
                problems.add(openToOthers(v, BUS_BRIDGE, bind));
            }
        });
        v.get(BUS_CLUSTER).ifPresent(bind -> {
            if (!secured && !Hosts.isLoopback(bind.host())) {
                problems.add(openToOthers(v, BUS_CLUSTER, bind));
            }
            if (bind.port() == 0) {
                problems.add(
                        new Problem(v.source(BUS_CLUSTER), "bus_cluster needs a port that the others know, not 0"));
            }
            long ports = Stream.concat(v.get(BUS_CLUSTER_MEMBERS).stream(), Stream.of(bind))
                    .distinct()
                    .map(HostPort::port)
                    .distinct()
                    .count();
            long members = Stream.concat(v.get(BUS_CLUSTER_MEMBERS).stream(), Stream.of(bind))
                    .distinct()
                    .count();
            if (ports < members) {
                problems.add(new Problem(
                        v.source(BUS_CLUSTER_MEMBERS),
                        "bus_cluster and bus_cluster_members must each have a port of their own"));
            }
        });
        return problems;
    }

    private static Problem openToOthers(Values v, ConfigKey<?> key, HostPort bind) {
        return new Problem(
                v.source(key),
                "%s = %s can be reached by others, so bus_tls_cert, bus_tls_key and bus_tls_ca must be set"
                        .formatted(key.name(), bind));
    }

    private static List<Problem> tls(Values v) {
        List<Problem> problems = new ArrayList<>();
        List<ConfigKey<Optional<Path>>> keys = List.of(BUS_TLS_CERT, BUS_TLS_KEY, BUS_TLS_CA);
        long set = keys.stream().filter(k -> v.get(k).isPresent()).count();
        for (ConfigKey<Optional<Path>> key : keys) {
            v.get(key).ifPresent(file -> {
                if (!Files.isReadable(file)) {
                    problems.add(new Problem(v.source(key), "%s = %s cannot be read".formatted(key.name(), file)));
                } else if (set < keys.size()) {
                    problems.add(new Problem(
                            v.source(key), "bus_tls_cert, bus_tls_key and bus_tls_ca are set together or not at all"));
                }
            });
        }
        return problems;
    }

    /** {@code http} or {@code https}, a host, and where wanted a port and a path. */
    record Endpoint() implements ValueType.Special<Optional<URI>> {
        @Override
        public Optional<URI> parse(String text) {
            if (text.equals("none")) {
                return Optional.empty();
            }
            try {
                URI uri = new URI(text);
                boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
                if (web
                        && uri.getHost() != null
                        && uri.getUserInfo() == null
                        && uri.getQuery() == null
                        && uri.getFragment() == null) {
                    return Optional.of(uri);
                }
            } catch (URISyntaxException e) {
                // Said below, with what is allowed.
            }
            throw new IllegalArgumentException("is no endpoint; allowed is " + range());
        }

        @Override
        public String format(Optional<URI> value) {
            return value.map(URI::toString).orElse("none");
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "none, or a URL such as http://127.0.0.1:4318";
        }
    }
}
