package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.NodeConfig.LogFormat;
import io.svcdht.node.config.NodeConfig.LogLevel;
import io.svcdht.node.config.NodeConfig.OnDamage;
import io.svcdht.node.config.NodeConfig.Profile;
import io.svcdht.node.config.NodeConfig.StateStore;
import io.svcdht.node.config.NodeConfig.Sync;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.model.ProviderRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every key there is: parsing, defaults, help and the reference page all come from these rows. */
public final class ConfigTable {
    static final String AMNESIA_VARIABLE = "RON_AMNESIA";

    /** Roughly what a record costs on the heap, doubled: at the cap half the heap stays free. */
    private static final long RECORD_HEAP_BYTES = 1024;

    private static final long RECORDS_MAX = 1_000_000_000;
    private static final boolean HOT = true;
    private static final boolean FIXED = false;

    static final ConfigKey<Profile> PROFILE = new ConfigKey<>(
            "profile",
            new ValueType.Choice<>(Profile.class),
            s -> Profile.MACRONODE,
            "macronode",
            "micronode = amnesia on",
            FIXED,
            "A named set of defaults.",
            NodeConfig::profile);
    static final ConfigKey<Boolean> AMNESIA = bool(
            "amnesia",
            s -> s.profile() == Profile.MICRONODE,
            "from the profile",
            "variable RON_AMNESIA = 1, true, 0 or false",
            FIXED,
            "Keep everything in memory and write nothing to any disk.",
            NodeConfig::amnesia);
    static final ConfigKey<HostPort> ADMIN_BIND = new ConfigKey<>(
            "admin_bind",
            new ValueType.Address(),
            s -> new HostPort("127.0.0.1", 5301),
            "127.0.0.1:5301",
            "beyond loopback only with admin_token_file",
            FIXED,
            "Where the HTTP API listens.",
            NodeConfig::adminBind);
    static final ConfigKey<List<String>> ALLOWED_HOSTS = new ConfigKey<>(
            "allowed_hosts",
            new ValueType.HostNames(),
            s -> List.of(),
            "none",
            "",
            HOT,
            "Names a Host header may carry beside the bound addresses and localhost.",
            NodeConfig::allowedHosts);
    static final ConfigKey<Optional<Path>> ADMIN_TOKEN_FILE = new ConfigKey<>(
            "admin_token_file",
            new ValueType.OptionalFile(),
            s -> Optional.empty(),
            "none",
            "mode 0600, lines role:sha256; a reload reads its lines again",
            FIXED,
            "Who may call the HTTP API; without it everyone on loopback is admin.",
            NodeConfig::adminTokenFile);
    static final ConfigKey<Boolean> PUBLIC_ROUTING = bool(
            "public_routing",
            s -> false,
            "false",
            "",
            HOT,
            "Answer /routing/v1 to whoever asks, without a token.",
            NodeConfig::publicRouting);
    static final ConfigKey<Boolean> CONSOLE_READ_ONLY = bool(
            "console_read_only",
            s -> false,
            "false",
            "",
            HOT,
            "Take every button off the console.",
            NodeConfig::consoleReadOnly);
    static final ConfigKey<Boolean> LENIENT_IDS = bool(
            "lenient_ids",
            s -> true,
            "true",
            "",
            HOT,
            "Let a text that is no CID stand for its own hash.",
            NodeConfig::lenientIds);
    static final ConfigKey<Path> DATA_DIR = new ConfigKey<>(
            "data_dir",
            new ValueType.File(),
            s -> Path.of("data"),
            "data",
            "made with mode 0700",
            FIXED,
            "Where the journal lives.",
            NodeConfig::dataDir);
    static final ConfigKey<Optional<Path>> KEY_PASSPHRASE_FILE = new ConfigKey<>(
            "key_passphrase_file",
            new ValueType.OptionalFile(),
            s -> Optional.empty(),
            "none",
            "mode 0600, its first line is the passphrase; without it a sealed node.key is asked for on a terminal",
            FIXED,
            "What the private keys in node.key are sealed with.",
            NodeConfig::keyPassphraseFile);
    static final ConfigKey<Sync> SYNC = new ConfigKey<>(
            "sync",
            new ValueType.Choice<>(Sync.class),
            s -> Sync.GROUP,
            "group",
            "none = the operating system decides; group = a force shared by waiting writes; always = one for each",
            FIXED,
            "When a write is answered.",
            NodeConfig::sync);
    static final ConfigKey<StateStore> STATE_STORE = new ConfigKey<>(
            "state_store",
            new ValueType.Choice<>(StateStore.class),
            s -> StateStore.HEAP,
            "heap",
            "chronicle-map keeps 40 bytes of a record on the heap, the rest in a file; not with amnesia",
            FIXED,
            "Where records live while the node runs.",
            NodeConfig::stateStore);
    static final ConfigKey<DiskReserve> DISK_RESERVE = new ConfigKey<>(
            "disk_reserve",
            new ValueType.Reserve(),
            s -> DiskReserve.automatic(),
            "auto",
            "auto = 256 MiB or 5 % of the volume, whichever is more; writes come back with an eighth more",
            HOT,
            "Refuse writes while less than this is free on the volume of data_dir.",
            NodeConfig::diskReserve);
    static final ConfigKey<OnDamage> ON_DAMAGE = new ConfigKey<>(
            "on_damage",
            new ValueType.Choice<>(OnDamage.class),
            s -> OnDamage.REFUSE,
            "refuse",
            "refuse = exit code 5; read_only = serve reads of what is intact",
            FIXED,
            "What to do where the journal is found damaged at start.",
            NodeConfig::onDamage);
    static final ConfigKey<Long> TTL_SECS = whole(
            "ttl_secs",
            1,
            ProviderRecord.TTL_SECONDS_MAX,
            s -> 600L,
            "600",
            "at most ttl_max_secs",
            "Time to live of a provide that names none, seconds.",
            c -> (long) c.ttlSeconds());
    static final ConfigKey<Long> TTL_MAX_SECS = whole(
            "ttl_max_secs",
            1,
            ProviderRecord.TTL_SECONDS_MAX,
            s -> (long) ProviderRecord.TTL_SECONDS_MAX,
            "172800",
            "",
            "Longest time to live a provide may ask for, seconds.",
            c -> (long) c.ttlSecondsMax());
    static final ConfigKey<Long> MAX_RECORDS = whole(
            "max_records",
            1,
            RECORDS_MAX,
            s -> Math.clamp(s.heapBytes() / RECORD_HEAP_BYTES, 1, RECORDS_MAX),
            "heap / 1 KiB",
            "larger than 1 KiB counts as several; a refresh passes",
            "Provider records in all, tombstones among them.",
            NodeConfig::maxRecords);
    static final ConfigKey<Long> MAX_PROVIDERS_PER_CID = whole(
            "max_providers_per_cid",
            1,
            100_000,
            s -> 1000L,
            "1000",
            "a refresh passes at the cap",
            "Provider records of one content id.",
            c -> (long) c.maxProvidersPerCid());
    static final ConfigKey<Long> DIGEST_MARK_EVENTS = whole(
            "digest_mark_events",
            0,
            1_000_000_000,
            s -> 0L,
            "0",
            "0 = never; a mark costs one walk over all records",
            "Journal the state's digest after every this many events.",
            c -> (long) c.digestMarkEvents());
    static final ConfigKey<Long> CHECKPOINT_EVENTS = whole(
            "checkpoint_events",
            4096,
            100_000_000,
            s -> 200_000L,
            "200000",
            "taken at multiples of 4096",
            "Events after which the state is written to a checkpoint; a start or a view of the past folds about as many.",
            c -> (long) c.keeping().checkpointEvents());
    static final ConfigKey<Long> CHECKPOINT_SECS = whole(
            "checkpoint_secs",
            1,
            86_400,
            s -> 3_600L,
            "3600",
            "where 4096 events came meanwhile",
            "Time after which the state is written to a checkpoint, seconds.",
            c -> (long) c.keeping().checkpointSeconds());
    static final ConfigKey<Long> RETENTION_DAYS = whole(
            "retention_days",
            1,
            36_500,
            s -> 7L,
            "7",
            "whole journal files at a time, one a day",
            "How long events are kept, days.",
            c -> (long) c.keeping().retentionDays());
    static final ConfigKey<Long> RETENTION_BYTES = whole(
            "retention_bytes",
            1 << 20,
            1L << 50,
            s -> 50L << 30,
            "53687091200 (50 GiB)",
            "the newest journal file and its checkpoint stay in any case",
            "How much journal and checkpoints may take together before the oldest are given up, bytes.",
            c -> c.keeping().retentionBytes());
    static final ConfigKey<Long> TRACE_RETENTION_HOURS = whole(
            "trace_retention_hours",
            1,
            8_760,
            s -> 24L,
            "24",
            "whole files at a time, one an hour",
            "How long traces of lookups are kept, hours.",
            c -> (long) c.keeping().traces().retentionHours());
    static final ConfigKey<Long> TRACE_BYTES = whole(
            "trace_bytes",
            1 << 20,
            1L << 50,
            s -> 2L << 30,
            "2147483648 (2 GiB)",
            "an hour that alone takes as much ends early",
            "How much traces of lookups may take before the oldest are given up, bytes.",
            c -> c.keeping().traces().bytes());
    static final ConfigKey<Long> TRACE_BYTES_PER_S = whole(
            "trace_bytes_per_s",
            1 << 10,
            1L << 30,
            s -> 256L << 10,
            "262144 (256 KiB)",
            "in the long run; what is over it is dropped and counted",
            "How fast traces of lookups may be written, bytes a second.",
            c -> c.keeping().traces().bytesPerSecond());
    static final ConfigKey<LogFormat> LOG_FORMAT = new ConfigKey<>(
            "log_format",
            new ValueType.Choice<>(LogFormat.class),
            s -> s.terminal() ? LogFormat.TEXT : LogFormat.JSON,
            "json, text on a terminal",
            "",
            FIXED,
            "How log lines look.",
            NodeConfig::logFormat);
    static final ConfigKey<LogLevel> LOG_LEVEL = new ConfigKey<>(
            "log_level",
            new ValueType.Choice<>(LogLevel.class),
            s -> LogLevel.INFO,
            "info",
            "",
            HOT,
            "The least severe level that is logged.",
            NodeConfig::logLevel);

    /** All rows, in the order people read them. */
    public static final List<ConfigKey<?>> KEYS = Stream.of(
                    List.of(
                            PROFILE,
                            AMNESIA,
                            ADMIN_BIND,
                            ALLOWED_HOSTS,
                            ADMIN_TOKEN_FILE,
                            PUBLIC_ROUTING,
                            CONSOLE_READ_ONLY,
                            LENIENT_IDS,
                            DATA_DIR,
                            KEY_PASSPHRASE_FILE,
                            SYNC,
                            STATE_STORE,
                            DISK_RESERVE,
                            ON_DAMAGE,
                            TTL_SECS,
                            TTL_MAX_SECS,
                            MAX_RECORDS,
                            MAX_PROVIDERS_PER_CID,
                            DIGEST_MARK_EVENTS,
                            CHECKPOINT_EVENTS,
                            CHECKPOINT_SECS,
                            RETENTION_DAYS,
                            RETENTION_BYTES),
                    NetworkKeys.KEYS,
                    DiscoveryKeys.KEYS,
                    ProxyKeys.KEYS,
                    SigningKeys.KEYS,
                    ReachKeys.KEYS,
                    KafkaKeys.KEYS,
                    FleetKeys.KEYS,
                    List.of(TRACE_RETENTION_HOURS, TRACE_BYTES, TRACE_BYTES_PER_S),
                    List.of(LOG_FORMAT, LOG_LEVEL))
            .<ConfigKey<?>>flatMap(List::stream)
            .toList();

    private ConfigTable() {}

    /** The row of this name, null where there is none. */
    static @Nullable ConfigKey<?> byName(String name) {
        for (ConfigKey<?> key : KEYS) {
            if (key.name().equals(name)) {
                return key;
            }
        }
        return null;
    }

    /** The table of the reference page. */
    public static String markdown() {
        StringBuilder out = new StringBuilder("""
                | key | flag, variable | default | allowed | reload | meaning |
                |---|---|---|---|---|---|
                """);
        for (ConfigKey<?> k : KEYS) {
            out.append("| `%s` | `%s` `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            k.name(),
                            k.flag(),
                            k.variable(),
                            k.shownDefault(),
                            k.type().range() + (k.remark().isEmpty() ? "" : "; " + k.remark()),
                            k.hot() ? "hot" : "restart",
                            k.description()));
        }
        return out.toString();
    }

    /** The flags, for {@code run --help}. */
    public static String help() {
        StringBuilder out = new StringBuilder();
        for (ConfigKey<?> k : KEYS) {
            out.append("  %s=<%s>%n      %s Default: %s.%n"
                    .formatted(k.flag(), k.type().range(), k.description(), k.shownDefault()));
        }
        return out.toString();
    }

    private static ConfigKey<Boolean> bool(
            String name,
            Function<ConfigKey.Surroundings, Boolean> fallback,
            String shown,
            String remark,
            boolean hot,
            String description,
            Function<NodeConfig, Boolean> of) {
        return new ConfigKey<>(name, new ValueType.Bool(), fallback, shown, remark, hot, description, of);
    }

    /** All numbers are hot so far. */
    private static ConfigKey<Long> whole(
            String name,
            long min,
            long max,
            Function<ConfigKey.Surroundings, Long> fallback,
            String shown,
            String remark,
            String description,
            Function<NodeConfig, Long> of) {
        return new ConfigKey<>(name, new ValueType.Whole(min, max), fallback, shown, remark, HOT, description, of);
    }
}
