package io.svcdht.node.shipping;

import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.TraceLog;

/** What is to be shipped of a node. Callable from any thread. */
public interface Cargo {
    NodeId node();

    /** The node's clock, milliseconds since the epoch. */
    long nowMillis();

    /** Which writer of the journal this node is. */
    long epoch();

    /** Asked for anew after each trouble: a restart of the engine is another journal. */
    JournalSource journal();

    /** Up to here the journal outlives a power cut; nothing behind it is to be shipped. */
    long durablePosition();

    /** Asks that what is behind becomes durable soon; returns at once. */
    void force();

    TraceLog traces();

    Card card();

    /**
     * What a node says of itself.
     *
     * @param http where its API listens
     * @param state booting, ready or degraded
     */
    record Card(String version, String git, String network, String http, long records, long contacts, String state) {}
}
