package io.svcdht.node.config;

import io.svcdht.node.config.NetworkConfig.Hiding;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.storage.model.OnionName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The rows of the table that are about a proxy between this node and others. A restart changes them. */
final class ProxyKeys {
    private static final Group<Hiding> OF = new Group<>(false, c -> c.network().hiding());

    static final ConfigKey<Optional<HostPort>> PROXY = OF.row(
            "proxy",
            new Socks(),
            Optional.empty(),
            "none",
            "datagrams are off then, and nothing is resolved here; HTTP is not proxied",
            "SOCKS5 proxy, such as Tor's, that every connection to a peer goes through.",
            Hiding::proxy);
    static final ConfigKey<Optional<HostPort>> TOR_CONTROL = OF.row(
            "tor_control",
            new ValueType.OptionalAddress(),
            Optional.empty(),
            "none",
            "needs proxy; the service's key follows from node.key",
            "Control port of the Tor daemon that is to carry an onion service for this node.",
            Hiding::torControl);
    static final ConfigKey<Optional<Path>> TOR_CONTROL_PASSWORD_FILE = OF.row(
            "tor_control_password_file",
            new ValueType.OptionalFile(),
            Optional.empty(),
            "none",
            "its first line; without it the cookie that the daemon names is read",
            "What the control port asks for.",
            Hiding::torPasswordFile);

    static final List<ConfigKey<?>> KEYS = List.of(PROXY, TOR_CONTROL, TOR_CONTROL_PASSWORD_FILE);

    private ProxyKeys() {}

    static Hiding hiding(Values v) {
        return new Hiding(v.get(PROXY), v.get(TOR_CONTROL), v.get(TOR_CONTROL_PASSWORD_FILE));
    }

    /** What is wrong though each value for itself is right. */
    static List<Problem> contradictions(Values v) {
        List<Problem> problems = new ArrayList<>(onions(v));
        if (v.get(PROXY).isPresent()) {
            problems.addAll(aroundTheProxy(v));
        } else if (v.get(TOR_CONTROL).isPresent()) {
            problems.add(new Problem(
                    v.source(TOR_CONTROL),
                    "tor_control needs proxy: a node that dials openly is not hidden by an onion service"));
        }
        v.get(TOR_CONTROL).ifPresent(at -> {
            if (!Hosts.isLiteral(at.host()) || at.port() == 0) {
                problems.add(new Problem(
                        v.source(TOR_CONTROL),
                        "tor_control = %s must be a numerical address with a port, such as 127.0.0.1:9051"
                                .formatted(at)));
            }
            if (v.get(NetworkKeys.PEER_BIND).isEmpty()) {
                problems.add(new Problem(
                        v.source(TOR_CONTROL),
                        "tor_control with peer_bind = none: the onion service would lead nowhere"));
            }
        });
        v.get(TOR_CONTROL_PASSWORD_FILE).ifPresent(file -> {
            if (!Files.isReadable(file)) {
                problems.add(new Problem(
                        v.source(TOR_CONTROL_PASSWORD_FILE),
                        "tor_control_password_file = %s cannot be read".formatted(file)));
            }
        });
        return problems;
    }

    /** Names of onion services carry a checksum, and lead nowhere without a proxy. */
    private static List<Problem> onions(Values v) {
        List<Problem> problems = new ArrayList<>();
        for (ConfigKey<List<HostPort>> key : List.of(NetworkKeys.SEEDS, NetworkKeys.ADVERTISE)) {
            for (HostPort at : v.get(key)) {
                String host = at.host().toLowerCase(Locale.ROOT);
                if (OnionName.isOnion(host) && !OnionName.isValid(host)) {
                    problems.add(new Problem(
                            v.source(key),
                            "%s holds %s, which is no onion service of version 3; is it mistyped?"
                                    .formatted(key.name(), at)));
                } else if (OnionName.isOnion(host)
                        && key.equals(NetworkKeys.SEEDS)
                        && v.get(PROXY).isEmpty()) {
                    problems.add(new Problem(
                            v.source(key),
                            "seeds holds %s, which only a proxy leads to; set proxy, for Tor to socks5://127.0.0.1:9050"
                                    .formatted(at)));
                }
            }
        }
        return problems;
    }

    /** What would listen, dial or name this node beside the proxy. */
    private static List<Problem> aroundTheProxy(Values v) {
        List<Problem> problems = new ArrayList<>();
        v.get(NetworkKeys.PEER_BIND).ifPresent(bind -> {
            if (!Hosts.isLiteral(bind.host()) || !Hosts.isLoopback(bind.host())) {
                problems.add(new Problem(
                        v.source(NetworkKeys.PEER_BIND),
                        "peer_bind = %s listens beside the proxy; take a numerical loopback address, or none"
                                .formatted(bind)));
            }
        });
        for (HostPort at : v.get(NetworkKeys.ADVERTISE)) {
            if (!OnionName.isOnion(at.host().toLowerCase(Locale.ROOT))) {
                problems.add(new Problem(
                        v.source(NetworkKeys.ADVERTISE),
                        "advertise = %s tells where this node is beside the proxy; only onion services go"
                                .formatted(at)));
            }
        }
        Stream.of(ReachKeys.BUS_BRIDGE, ReachKeys.BUS_CLUSTER).forEach(key -> v.get(key)
                .filter(at -> !Hosts.isLiteral(at.host()) || !Hosts.isLoopback(at.host()))
                .ifPresent(at -> problems.add(beside(v, key, at.toString()))));
        Stream.of(ReachKeys.BUS_CLUSTER_MEMBERS, KafkaKeys.KAFKA_SERVERS).forEach(key -> v.get(key).stream()
                .filter(at -> !Hosts.isLiteral(at.host()) || !Hosts.isLoopback(at.host()))
                .forEach(at -> problems.add(beside(v, key, at.toString()))));
        v.get(ReachKeys.OTLP_ENDPOINT)
                .filter(uri -> {
                    String host = String.valueOf(uri.getHost()).replaceAll("[\\[\\]]", "");
                    return !Hosts.isLiteral(host) || !Hosts.isLoopback(host);
                })
                .ifPresent(uri -> problems.add(beside(v, ReachKeys.OTLP_ENDPOINT, uri.toString())));
        return problems;
    }

    private static Problem beside(Values v, ConfigKey<?> key, String value) {
        return new Problem(
                v.source(key),
                "%s = %s goes around the proxy; with one it must be a numerical loopback address"
                        .formatted(key.name(), value));
    }

    /** {@code socks5://host:port}, numerical, so that nothing is looked up to get there. */
    record Socks() implements ValueType.Special<Optional<HostPort>> {
        private static final String SCHEME = "socks5://";

        @Override
        public Optional<HostPort> parse(String text) {
            if (text.equals("none")) {
                return Optional.empty();
            }
            if (text.startsWith(SCHEME)) {
                HostPort at = new ValueType.Address().parse(text.substring(SCHEME.length()));
                String host = at.host().equals("localhost") ? "127.0.0.1" : at.host();
                if (Hosts.isLiteral(host) && at.port() > 0) {
                    return Optional.of(new HostPort(host, at.port()));
                }
            }
            throw new IllegalArgumentException("is no proxy; allowed is " + range());
        }

        @Override
        public String format(Optional<HostPort> value) {
            return value.map(at -> SCHEME + at).orElse("none");
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "none, or socks5://host:port with a numerical host";
        }
    }
}
