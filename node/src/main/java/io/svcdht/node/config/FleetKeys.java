package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The rows of the table that are about the console of a fleet. A restart changes them. */
final class FleetKeys {
    private static final Group<FleetConfig> OF = new Group<>(false, c -> c.fleet());

    private static final FleetConfig DEFAULT = FleetConfig.DEFAULT;

    static final ConfigKey<HostPort> FLEET_BIND = OF.row(
            "fleet_bind",
            new ValueType.Address(),
            DEFAULT.bind(),
            "127.0.0.1:5390",
            "only for svc-dht fleet, as all keys of this name; beyond loopback only with admin_token_file",
            "Where the console of a fleet listens.",
            FleetConfig::bind);
    static final ConfigKey<Optional<Path>> FLEET_DIR = OF.row(
            "fleet_dir",
            new ValueType.OptionalFile(),
            DEFAULT.directory(),
            "none",
            "none = among temporary files, made anew at each start",
            "Where its index is kept between two runs.",
            FleetConfig::directory);
    static final ConfigKey<Long> FLEET_RETENTION_DAYS = OF.row(
            "fleet_retention_days",
            new ValueType.Whole(1, 36_500),
            (long) DEFAULT.retentionDays(),
            "30",
            "",
            "Give up events and lookups of the index that are older, by their nodes' clocks.",
            c -> (long) c.retentionDays());
    static final ConfigKey<Long> FLEET_RETENTION_BYTES = OF.row(
            "fleet_retention_bytes",
            new ValueType.Whole(64L << 20, Long.MAX_VALUE),
            DEFAULT.retentionBytes(),
            "21474836480",
            "while old events are taken out, up to twice the largest node's share is needed besides",
            "Give up the oldest while the index takes more.",
            FleetConfig::retentionBytes);

    static final List<ConfigKey<?>> KEYS = List.of(FLEET_BIND, FLEET_DIR, FLEET_RETENTION_DAYS, FLEET_RETENTION_BYTES);

    private FleetKeys() {}

    static FleetConfig fleet(Values v) {
        return new FleetConfig(
                v.get(FLEET_BIND),
                v.get(FLEET_DIR),
                Math.toIntExact(v.get(FLEET_RETENTION_DAYS)),
                v.get(FLEET_RETENTION_BYTES));
    }

    /** What is wrong though each value for itself is right. */
    static List<Problem> contradictions(Values v) {
        HostPort bind = v.get(FLEET_BIND);
        if (v.get(ConfigTable.ADMIN_TOKEN_FILE).isEmpty() && !Hosts.isLoopback(bind.host())) {
            return List.of(new Problem(
                    v.source(FLEET_BIND),
                    ("fleet_bind = %s can be reached by others, so admin_token_file must be set;"
                                    + " without it only loopback is allowed")
                            .formatted(bind)));
        }
        return List.of();
    }
}
