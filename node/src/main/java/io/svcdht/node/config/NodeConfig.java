package io.svcdht.node.config;

import io.svcdht.storage.model.DiskReserve;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A node's settings after all sources were merged and checked. Keys, defaults and ranges stand in the table of keys.
 *
 * @param adminBind host and port of the HTTP API
 * @param allowedHosts names a Host header may carry beside the bound addresses and localhost
 * @param adminTokenFile tokens by role; empty = loopback only, everyone is admin
 * @param publicRouting whether {@code /routing/v1} answers whoever asks, without a token
 * @param lenientIds whether a text that is no CID stands for its own hash
 * @param keyPassphraseFile what node.key is sealed with; empty = in the clear, or somebody is asked
 * @param diskReserve what to leave free on the volume of the journal
 * @param onDamage what to do where the journal is found damaged at start
 * @param ttlSeconds time to live where a provide names none
 * @param digestMarkEvents a DigestMarked after every this many events, 0 = never
 * @param keeping how much of the past is kept, and how near at hand
 * @param bus how the event bus reaches beyond the process
 * @param telemetry what is told to a collector of traces
 * @param kafka what goes to Apache Kafka
 * @param fleet what the console of a fleet is told
 * @param discovery how it looks for others by a protocol that is not its own
 */
public record NodeConfig(
        Profile profile,
        boolean amnesia,
        HostPort adminBind,
        List<String> allowedHosts,
        Optional<Path> adminTokenFile,
        boolean publicRouting,
        boolean consoleReadOnly,
        boolean lenientIds,
        Path dataDir,
        Optional<Path> keyPassphraseFile,
        Sync sync,
        StateStore stateStore,
        DiskReserve diskReserve,
        OnDamage onDamage,
        int ttlSeconds,
        int ttlSecondsMax,
        long maxRecords,
        int maxProvidersPerCid,
        int digestMarkEvents,
        Keeping keeping,
        NetworkConfig network,
        LogFormat logFormat,
        LogLevel logLevel,
        BusConfig bus,
        Telemetry telemetry,
        KafkaConfig kafka,
        FleetConfig fleet,
        DiscoveryConfig discovery) {
    public NodeConfig {
        allowedHosts = List.copyOf(allowedHosts);
    }

    /** With a bus within the process, without traces, Kafka and discv5, as long as nobody asks for more. */
    public NodeConfig(
            Profile profile,
            boolean amnesia,
            HostPort adminBind,
            List<String> allowedHosts,
            Optional<Path> adminTokenFile,
            boolean publicRouting,
            boolean consoleReadOnly,
            boolean lenientIds,
            Path dataDir,
            Optional<Path> keyPassphraseFile,
            Sync sync,
            StateStore stateStore,
            DiskReserve diskReserve,
            OnDamage onDamage,
            int ttlSeconds,
            int ttlSecondsMax,
            long maxRecords,
            int maxProvidersPerCid,
            int digestMarkEvents,
            Keeping keeping,
            NetworkConfig network,
            LogFormat logFormat,
            LogLevel logLevel) {
        this(
                profile,
                amnesia,
                adminBind,
                allowedHosts,
                adminTokenFile,
                publicRouting,
                consoleReadOnly,
                lenientIds,
                dataDir,
                keyPassphraseFile,
                sync,
                stateStore,
                diskReserve,
                onDamage,
                ttlSeconds,
                ttlSecondsMax,
                maxRecords,
                maxProvidersPerCid,
                digestMarkEvents,
                keeping,
                network,
                logFormat,
                logLevel,
                BusConfig.OFF,
                Telemetry.OFF,
                KafkaConfig.OFF,
                FleetConfig.DEFAULT,
                DiscoveryConfig.OFF);
    }

    /** A named set of defaults. */
    public enum Profile {
        MACRONODE,
        MICRONODE
    }

    /**
     * How much of the past is kept, and how near at hand.
     *
     * @param checkpointEvents a checkpoint after every this many events
     * @param checkpointSeconds and after this long where events came meanwhile
     * @param retentionDays events older than this are given up, whole files at a time
     * @param retentionBytes the oldest are given up while journal and checkpoints take more
     * @param traces how much of what lookups did
     */
    public record Keeping(
            int checkpointEvents, int checkpointSeconds, int retentionDays, long retentionBytes, Traces traces) {
        public static final Keeping DEFAULT = new Keeping(200_000, 3_600, 7, 50L << 30);

        /** With as many traces as nobody asked for. */
        public Keeping(int checkpointEvents, int checkpointSeconds, int retentionDays, long retentionBytes) {
            this(checkpointEvents, checkpointSeconds, retentionDays, retentionBytes, Traces.DEFAULT);
        }
    }

    /**
     * How much is kept of what lookups did.
     *
     * @param retentionHours older ones are given up, an hour's file at a time
     * @param bytes the oldest are given up while all take more
     * @param bytesPerSecond what is written in the long run; more is dropped
     */
    public record Traces(int retentionHours, long bytes, long bytesPerSecond) {
        public static final Traces DEFAULT = new Traces(24, 2L << 30, 256L << 10);
    }

    /** When a write is answered: at once, after a shared force, or after a force of its own. */
    public enum Sync {
        NONE,
        GROUP,
        ALWAYS
    }

    /** Where records live: on the heap, or in a Chronicle Map beside the journal with only their index on the heap. */
    public enum StateStore {
        HEAP,
        CHRONICLE_MAP
    }

    /** Refuse to start on a damaged journal, or serve reads of what is intact and refuse writes. */
    public enum OnDamage {
        REFUSE,
        READ_ONLY
    }

    /** How log lines look. */
    public enum LogFormat {
        JSON,
        TEXT
    }

    /** The least severe level that is logged. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** Where to listen; port 0 = any free one. */
    public record HostPort(String host, int port) {
        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }
}
