package io.svcdht.console.cli;

import io.svcdht.console.fleet.BundleRefused;
import io.svcdht.console.fleet.BundleWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One node whose part of an incident is asked for: its files, or its HTTP API. */
sealed interface IncidentSource permits IncidentFiles, IncidentApi {
    /**
     * The span, as it was asked for.
     *
     * @param from a moment, null = from the first event
     * @param to a moment, null = to the last event
     */
    record Span(@Nullable String from, @Nullable String to) {}

    /**
     * Writes the node's part.
     *
     * @param progress told how many events were written
     * @return how many
     * @throws BundleRefused if there is nothing to take, with a sentence
     */
    long write(BundleWriter into, Span span, java.util.function.LongConsumer progress)
            throws IOException, BundleRefused;

    /** How people call it. */
    String label();
}
