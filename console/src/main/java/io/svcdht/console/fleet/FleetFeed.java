package io.svcdht.console.fleet;

import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where the journals, traces and cards of a fleet come from: an incident file, or topics. Each node's events come in
 * the order of their positions; again and again the same is no harm, the position tells.
 */
public interface FleetFeed extends AutoCloseable {
    /**
     * Hands over what has come; may wait a little for it.
     *
     * @param into takes the pieces, on this thread
     * @return whether more may come
     */
    boolean poll(Consumer<Piece> into) throws IOException;

    /** What there is to be known of where it comes from, as a sentence. */
    String source();

    @Override
    void close();

    /** Something of one node. */
    sealed interface Piece {
        NodeId node();

        /** The state behind which the node's events go on: a checkpoint's file, to be copied. */
        record Base(NodeId node, Path checkpoint) implements Piece {}

        /**
         * One event.
         *
         * @param bytes as {@link io.svcdht.storage.event.EventCodec} writes them
         */
        record Event(NodeId node, long position, byte[] bytes) implements Piece {}

        /**
         * How one lookup of the node's went.
         *
         * @param document as {@link io.svcdht.storage.trace.TraceCodec} writes it
         */
        record Trace(NodeId node, byte[] document) implements Piece {}

        record Card(NodeId node, NodeCard card) implements Piece {}
    }
}
