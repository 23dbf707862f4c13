package io.svcdht.storage.checkpoint;

import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Routing;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint says of itself.
 *
 * @param seam where the journal goes on behind it
 * @param instantMillis of the last event in it
 * @param node whose journal it is, null = no start among its events
 * @param routing contacts and bans
 * @param roots what records refer to, with the keys behind it
 * @param digest of the state, as {@link io.svcdht.storage.state.State#digest()}
 * @param weight of records and tombstones together
 * @param fileBytes size of its file
 */
public record CheckpointInfo(
        Seam seam,
        long instantMillis,
        @Nullable NodeId node,
        Routing routing,
        RootView roots,
        Key digest,
        long records,
        long tombstones,
        long contentIds,
        long weight,
        long fileBytes) {
    /** The last event whose effect is in it. */
    public long position() {
        return seam.position();
    }
}
