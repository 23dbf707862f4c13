package io.svcdht.node.shipping;

import io.svcdht.node.Shipping;
import io.svcdht.node.config.KafkaConfig;

/** What the kafka module brings, found by {@link java.util.ServiceLoader}. */
public interface JournalShipping {
    /** The module's name: of the directory with its jars, too. */
    String MODULE = "kafka";

    /**
     * Begins to ship, on threads of its own, and returns at once; whether anybody is there shows in its status.
     *
     * @throws IllegalArgumentException with a sentence, where the settings cannot be right
     */
    Shipping start(Cargo cargo, KafkaConfig to);
}
