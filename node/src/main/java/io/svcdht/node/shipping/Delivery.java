package io.svcdht.node.shipping;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import java.io.IOException;
import java.nio.file.Path;

/** Something a node put on a topic, each once. */
public sealed interface Delivery {
    NodeId node();

    /**
     * An event of a node's journal.
     *
     * @param epoch the writer that shipped it
     * @param bytes the event as the journal keeps it
     */
    record Event(NodeId node, long epoch, JournalEntry entry, byte[] bytes) implements Delivery {
        public long position() {
            return entry.position();
        }
    }

    /**
     * A lookup.
     *
     * @param position where the node's journal stood when it was taken up
     * @param bytes the document as the trace journal keeps it
     */
    record Trace(NodeId node, long epoch, long position, LookupRecord lookup, byte[] bytes) implements Delivery {}

    /**
     * Where a state of a node is to be had: the fold of its events up to a position. The last one counts, older ones are
     * taken back.
     *
     * @param bytes of its file
     */
    record State(NodeId node, long position, long bytes, Source source) implements Delivery {}

    /** Fetches what is too large to come by itself. */
    @FunctionalInterface
    interface Source {
        /** @throws IOException with a sentence, where it is gone, is not whole, or Kafka does not answer */
        void into(Path file) throws IOException;
    }

    /**
     * What a node says of itself; the last one counts.
     *
     * @param json as the page on topics draws it; not checked, it may hold anything
     */
    record Card(NodeId node, byte[] json) implements Delivery {}
}
