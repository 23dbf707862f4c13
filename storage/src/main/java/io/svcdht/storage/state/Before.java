package io.svcdht.storage.state;

import io.svcdht.storage.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What one event is about to change, as it stands before it: enough to take the event back.
 *
 * @param position of the event before it
 * @param instantMillis of the event before it
 * @param holders of the content id the event is about, null = it is about none
 * @param roots what it may change of the roots, null = nothing
 */
public record Before(
        long position,
        long instantMillis,
        @Nullable NodeId node,
        Routing routing,
        @Nullable Holders holders,
        Roots.@Nullable Before roots) {
    /** How many records it holds on to. */
    public int records() {
        return holders == null ? 0 : holders.size();
    }
}
