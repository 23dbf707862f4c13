package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** The rows of the table that are about finding nodes by discv5. A restart changes them. */
final class DiscoveryKeys {
    private static final Group<DiscoveryConfig> OF = new Group<>(false, c -> c.discovery());

    static final ConfigKey<Boolean> DISCV5 = OF.row(
            "discv5",
            new ValueType.Bool(),
            DiscoveryConfig.OFF.discv5(),
            "false",
            "needs the jars of the discovery module; not with proxy",
            "Look for nodes of this network by discv5, and be found by it.",
            DiscoveryConfig::discv5);
    static final ConfigKey<HostPort> DISCV5_BIND = OF.row(
            "discv5_bind",
            new ValueType.Address(),
            DiscoveryConfig.OFF.bind(),
            DiscoveryConfig.OFF.bind().toString(),
            "UDP, a numerical host",
            "Where discv5 listens.",
            DiscoveryConfig::bind);
    static final ConfigKey<List<String>> DISCV5_BOOT = OF.row(
            "discv5_boot",
            new Enrs(),
            DiscoveryConfig.OFF.boot(),
            "none",
            "another node's is on its console and in its /version",
            "Records of the nodes that discv5 begins with.",
            DiscoveryConfig::boot);

    static final List<ConfigKey<?>> KEYS = List.of(DISCV5, DISCV5_BIND, DISCV5_BOOT);

    private DiscoveryKeys() {}

    static DiscoveryConfig discovery(Values v) {
        return new DiscoveryConfig(v.get(DISCV5), v.get(DISCV5_BIND), v.get(DISCV5_BOOT));
    }

    /** What is wrong though each value for itself is right. */
    static List<Problem> contradictions(Values v) {
        List<Problem> problems = new ArrayList<>();
        if (!v.get(DISCV5)) {
            return problems;
        }
        if (v.get(ProxyKeys.PROXY).isPresent()) {
            problems.add(
                    new Problem(
                            v.source(DISCV5),
                            "discv5 = true sends datagrams around the proxy and tells where this node is; leave out one of the two"));
        }
        HostPort bind = v.get(DISCV5_BIND);
        if (!Hosts.isLiteral(bind.host())) {
            problems.add(
                    new Problem(v.source(DISCV5_BIND), "discv5_bind = %s must be a numerical address".formatted(bind)));
        }
        boolean told = Stream.concat(v.get(NetworkKeys.ADVERTISE).stream(), v.get(NetworkKeys.PEER_BIND).stream())
                .anyMatch(at -> Hosts.isLiteral(at.host()));
        if (!told && v.get(NetworkKeys.PEER_BIND).isPresent()) {
            problems.add(new Problem(
                    v.source(NetworkKeys.ADVERTISE),
                    "discv5 = true needs a numerical address in advertise: names do not fit its records"));
        }
        return problems;
    }

    /** Records in their text form. Whether one is signed rightly is seen when the node starts. */
    record Enrs() implements ValueType.Special<List<String>> {
        private static final String PREFIX = "enr:";
        /** Of EIP-778. */
        private static final int BYTES_MAX = 300;

        private static final int MANY = 64;

        @Override
        public List<String> parse(String text) {
            if (text.isEmpty() || text.equals("none")) {
                return List.of();
            }
            List<String> records = List.of(text.split(",", -1));
            if (records.size() > MANY) {
                throw new IllegalArgumentException("holds %d records; at most %d".formatted(records.size(), MANY));
            }
            for (String enr : records) {
                if (!isOne(enr)) {
                    throw new IllegalArgumentException(
                            "holds \"%s\", which is no ENR; allowed is %s".formatted(enr, range()));
                }
            }
            return records;
        }

        private static boolean isOne(String enr) {
            if (!enr.startsWith(PREFIX) || enr.length() > PREFIX.length() + BYTES_MAX * 4 / 3) {
                return false;
            }
            try {
                return Base64.getUrlDecoder().decode(enr.substring(PREFIX.length())).length > 0;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @Override
        public String format(List<String> value) {
            return String.join(",", value);
        }

        @Override
        public Form form() {
            return Form.STRINGS;
        }

        @Override
        public String range() {
            return "records such as enr:-…, separated by commas";
        }
    }
}
