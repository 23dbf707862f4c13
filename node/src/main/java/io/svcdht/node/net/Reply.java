package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;

/** What a request came to. */
public sealed interface Reply {
    /**
     * The peer answered; a refusal is an answer as well.
     *
     * @param peer the keys it has proved to hold
     * @param at where it was reached
     * @param rttNanos from the request's last byte handed to the socket to the answer, nanoseconds
     * @param warm whether the connection, or the conversation, was there already
     * @param datagram whether the answer came in a datagram
     */
    record Answered(NodeKeys peer, PeerAddress at, Response response, long rttNanos, boolean warm, boolean datagram)
            implements Reply {}

    record Failed(Failure why) implements Reply {}
}
