package io.svcdht.node.config;

import static io.svcdht.node.config.ConfigTable.ADMIN_BIND;
import static io.svcdht.node.config.ConfigTable.ADMIN_TOKEN_FILE;
import static io.svcdht.node.config.ConfigTable.ALLOWED_HOSTS;
import static io.svcdht.node.config.ConfigTable.AMNESIA;
import static io.svcdht.node.config.ConfigTable.CHECKPOINT_EVENTS;
import static io.svcdht.node.config.ConfigTable.CHECKPOINT_SECS;
import static io.svcdht.node.config.ConfigTable.CONSOLE_READ_ONLY;
import static io.svcdht.node.config.ConfigTable.DATA_DIR;
import static io.svcdht.node.config.ConfigTable.DIGEST_MARK_EVENTS;
import static io.svcdht.node.config.ConfigTable.DISK_RESERVE;
import static io.svcdht.node.config.ConfigTable.KEY_PASSPHRASE_FILE;
import static io.svcdht.node.config.ConfigTable.LENIENT_IDS;
import static io.svcdht.node.config.ConfigTable.LOG_FORMAT;
import static io.svcdht.node.config.ConfigTable.LOG_LEVEL;
import static io.svcdht.node.config.ConfigTable.MAX_PROVIDERS_PER_CID;
import static io.svcdht.node.config.ConfigTable.MAX_RECORDS;
import static io.svcdht.node.config.ConfigTable.ON_DAMAGE;
import static io.svcdht.node.config.ConfigTable.PROFILE;
import static io.svcdht.node.config.ConfigTable.PUBLIC_ROUTING;
import static io.svcdht.node.config.ConfigTable.RETENTION_BYTES;
import static io.svcdht.node.config.ConfigTable.RETENTION_DAYS;
import static io.svcdht.node.config.ConfigTable.STATE_STORE;
import static io.svcdht.node.config.ConfigTable.SYNC;
import static io.svcdht.node.config.ConfigTable.TRACE_BYTES;
import static io.svcdht.node.config.ConfigTable.TRACE_BYTES_PER_S;
import static io.svcdht.node.config.ConfigTable.TRACE_RETENTION_HOURS;
import static io.svcdht.node.config.ConfigTable.TTL_MAX_SECS;
import static io.svcdht.node.config.ConfigTable.TTL_SECS;

import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.trust.Passphrase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value and a source for each key of the table, on the way to a {@link NodeConfig}. */
final class Values {
    private record Value(Object value, Source source) {}

    private final Map<ConfigKey<?>, Value> byKey = new HashMap<>();

    <T> void put(ConfigKey<T> key, T value, Source source) {
        byKey.put(key, new Value(value, source));
    }

    /** Takes one key's value from a configuration that holds. */
    <T> void copy(ConfigKey<T> key, NodeConfig from, Source source) {
        put(key, key.of().apply(from), source);
    }

    @SuppressWarnings("unchecked") // put() saw to it
    <T> T get(ConfigKey<T> key) {
        return (T) value(key).value();
    }

    Source source(ConfigKey<?> key) {
        return value(key).source();
    }

    private Value value(ConfigKey<?> key) {
        Value v = byKey.get(key);
        if (v == null) {
            throw new IllegalStateException("no value for " + key.name());
        }
        return v;
    }

    /** What is wrong though each value for itself is right. */
    List<Problem> contradictions() {
        List<Problem> problems = new ArrayList<>();
        long ttl = get(TTL_SECS);
        long max = get(TTL_MAX_SECS);
        if (ttl > max) {
            Source source = source(TTL_SECS) instanceof Source.Default ? source(TTL_MAX_SECS) : source(TTL_SECS);
            problems.add(new Problem(
                    source,
                    "ttl_secs = %d is above ttl_max_secs = %d; lower one or raise the other".formatted(ttl, max)));
        }
        if (get(AMNESIA) && get(STATE_STORE) == NodeConfig.StateStore.CHRONICLE_MAP) {
            problems.add(new Problem(
                    source(STATE_STORE),
                    "state_store = chronicle-map writes a file, which amnesia forbids; leave it at heap"));
        }
        problems.addAll(NetworkKeys.contradictions(this));
        problems.addAll(SigningKeys.contradictions(this));
        problems.addAll(ReachKeys.contradictions(this));
        problems.addAll(ProxyKeys.contradictions(this));
        problems.addAll(KafkaKeys.contradictions(this));
        problems.addAll(FleetKeys.contradictions(this));
        problems.addAll(DiscoveryKeys.contradictions(this));
        HostPort bind = get(ADMIN_BIND);
        Optional<Path> tokens = get(ADMIN_TOKEN_FILE);
        if (tokens.isEmpty() && !Hosts.isLoopback(bind.host())) {
            problems.add(new Problem(
                    source(ADMIN_BIND),
                    ("admin_bind = %s can be reached by others, so admin_token_file must be set;"
                                    + " without it only loopback is allowed")
                            .formatted(bind)));
        }
        tokens.ifPresent(file -> {
            try {
                TokenFile.read(file);
            } catch (TokenFile.Refused e) {
                e.sentences()
                        .forEach(s -> problems.add(new Problem(source(ADMIN_TOKEN_FILE), "admin_token_file: " + s)));
            }
        });
        get(KEY_PASSPHRASE_FILE).ifPresent(file -> {
            try {
                Passphrase.read(file).close();
            } catch (IOException | IllegalArgumentException e) {
                problems.add(new Problem(
                        source(KEY_PASSPHRASE_FILE),
                        "key_passphrase_file: "
                                + (e instanceof IOException ? file + " cannot be read: " + e : e.getMessage())));
            }
        });
        return problems;
    }

    ConfigResult.Loaded loaded(List<String> warnings) {
        NodeConfig config = config();
        Map<String, Setting> settings = new LinkedHashMap<>();
        for (ConfigKey<?> key : ConfigTable.KEYS) {
            settings.put(key.name(), new Setting(key.format(config), source(key)));
        }
        return new ConfigResult.Loaded(config, Collections.unmodifiableMap(settings), warnings);
    }

    private NodeConfig config() {
        return new NodeConfig(
                get(PROFILE),
                get(AMNESIA),
                get(ADMIN_BIND),
                get(ALLOWED_HOSTS),
                get(ADMIN_TOKEN_FILE),
                get(PUBLIC_ROUTING),
                get(CONSOLE_READ_ONLY),
                get(LENIENT_IDS),
                get(DATA_DIR),
                get(KEY_PASSPHRASE_FILE),
                get(SYNC),
                get(STATE_STORE),
                get(DISK_RESERVE),
                get(ON_DAMAGE),
                Math.toIntExact(get(TTL_SECS)),
                Math.toIntExact(get(TTL_MAX_SECS)),
                get(MAX_RECORDS),
                Math.toIntExact(get(MAX_PROVIDERS_PER_CID)),
                Math.toIntExact(get(DIGEST_MARK_EVENTS)),
                new NodeConfig.Keeping(
                        Math.toIntExact(get(CHECKPOINT_EVENTS)),
                        Math.toIntExact(get(CHECKPOINT_SECS)),
                        Math.toIntExact(get(RETENTION_DAYS)),
                        get(RETENTION_BYTES),
                        new NodeConfig.Traces(
                                Math.toIntExact(get(TRACE_RETENTION_HOURS)), get(TRACE_BYTES), get(TRACE_BYTES_PER_S))),
                NetworkKeys.config(this),
                get(LOG_FORMAT),
                get(LOG_LEVEL),
                ReachKeys.bus(this),
                ReachKeys.telemetry(this),
                KafkaKeys.kafka(this),
                FleetKeys.fleet(this),
                DiscoveryKeys.discovery(this));
    }
}
