package io.svcdht.system.fuzz;

import io.svcdht.node.config.TomlFuzz;
import io.svcdht.node.http.BodyFuzz;
import io.svcdht.node.net.DatagramFuzz;
import io.svcdht.storage.checkpoint.CheckpointFuzz;
import java.util.Locale;

/** What takes bytes of strangers or of a disk. Each must say no in its own way, and keep what it promises of a yes. */
enum FuzzTarget {
    FRAME(WireFuzz::frames),
    MESSAGE(WireFuzz::messages),
    DATAGRAM(DatagramFuzz::datagram),
    RECORD(WireFuzz::records),
    CID(TextFuzz::contentIds),
    JSON(BodyFuzz::body),
    NDJSON(BodyFuzz::lines),
    TOML(TomlFuzz::settings),
    EVENT(TextFuzz::events),
    EVENT_LINE(TextFuzz::eventLines),
    CHECKPOINT(CheckpointFuzz::file),
    SIDECAR(CheckpointFuzz::sidecar);

    /** Throws if a promise is broken. */
    @FunctionalInterface
    interface Promise {
        void holdsFor(byte[] input) throws Exception;
    }

    @SuppressWarnings("ImmutableEnumChecker") // references to methods without state
    private final Promise promise;

    FuzzTarget(Promise promise) {
        this.promise = promise;
    }

    void accept(byte[] input) throws Exception {
        promise.holdsFor(input);
    }

    /** As its corpus and the command line call it. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static FuzzTarget of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
