package io.svcdht.storage.trace;

import io.svcdht.storage.model.NodeId;

/**
 * A contact did not answer when it was asked whether it is still there.
 *
 * @param instantMillis when it was given up, by the node's clock
 * @param attempt 1, 2, 3: after the third it is evicted
 * @param waitedNanos how long it was waited for
 */
public record PingFailed(NodeId peer, String address, long instantMillis, int attempt, long waitedNanos) {
    public PingFailed {
        if (instantMillis < 0 || instantMillis >>> 48 != 0 || attempt < 1 || waitedNanos < 0) {
            throw new IllegalArgumentException(
                    "ping %d of %s at %d ms, after %d ns".formatted(attempt, peer, instantMillis, waitedNanos));
        }
    }
}
