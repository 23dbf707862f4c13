package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.concurrent.CompletionStage;

/** What the node makes of its peers. Called on the transport's thread, which must not be held up. */
public interface PeerHandler {
    /**
     * Who asks.
     *
     * @param keys what it has proved to hold
     * @param from the address its connection comes from
     * @param client whether it does not listen anywhere, and so has no place in a routing table
     */
    record Caller(NodeKeys keys, PeerAddress from, boolean client) {}

    /** Answers a request; a stage that fails is answered as {@code Busy}. */
    CompletionStage<? extends Response> answer(Caller caller, Request request);

    /** A peer that called was called back where it says it listens, and is there. */
    void reachable(NodeKeys keys, PeerAddress at);
}
