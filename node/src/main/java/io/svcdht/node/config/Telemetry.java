package io.svcdht.node.config;

import java.net.URI;
import java.util.Optional;

/**
 * What is told to a collector of traces.
 *
 * @param endpoint of its OTLP over HTTP, without {@code /v1/traces}; empty = nothing is traced
 * @param sampledPct of what begins here, per cent; what comes with a context of its own goes by that
 */
public record Telemetry(Optional<URI> endpoint, double sampledPct) {
    /** Nothing is traced. */
    public static final Telemetry OFF = new Telemetry(Optional.empty(), 100);
}
