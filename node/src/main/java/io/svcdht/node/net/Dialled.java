package io.svcdht.node.net;

import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;

/** What dialling came to. */
public sealed interface Dialled {
    /** @param keys what the peer has proved to hold */
    record Reached(NodeKeys keys, PeerAddress at) implements Dialled {}

    record Failed(Failure why) implements Dialled {}
}
