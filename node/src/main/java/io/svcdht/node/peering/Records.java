package io.svcdht.node.peering;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import java.util.function.Consumer;

/** The records this node holds; whoever keeps them journals what changes. */
public interface Records {
    /** Those of the key that have not run out. */
    List<ProviderRecord> of(Key key, long nowNanos);

    /** All of them that have not run out, in order of keys. */
    void forEachHeld(long nowNanos, Consumer<ProviderRecord> each);

    /** Whether we still publish this record of ours: it was not withdrawn and has not run out. */
    boolean published(ProviderRecord record, long nowNanos);

    /** Takes a record that was verified. False if it is refused: stale, or no room. */
    boolean offer(ProviderRecord record, long nowNanos);

    /** Whether the publisher's signature and dates hold, so that it may be stored, answered and passed on. */
    boolean valid(ProviderRecord record);
}
