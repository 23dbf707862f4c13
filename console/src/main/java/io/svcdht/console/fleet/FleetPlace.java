package io.svcdht.console.fleet;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a fleet's pages stand over.
 *
 * @param name of the file, or of the topics
 * @param said what it holds and where it comes from, as a sentence
 * @param trouble why nothing new comes, as a sentence; empty = all is well
 * @param recorded whether it is a piece of the past that does not go on
 * @param now the latest moment, milliseconds since the epoch
 */
public record FleetPlace(
        String name, Supplier<String> said, Supplier<String> trouble, boolean recorded, LongSupplier now) {
    /** Of what does not go on: the last moment that any node told of. */
    public static FleetPlace recorded(String name, String sentence, FleetStore store) {
        long last = store.nodes().stream()
                .mapToLong(n -> n.log().lastMillis())
                .max()
                .orElse(0);
        return new FleetPlace(name, () -> sentence, () -> "", true, () -> last);
    }

    public String sentence() {
        return said.get();
    }
}
