package io.svcdht.storage.state;

import io.svcdht.storage.model.Key;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What any thread may read of the records while the writer goes on. */
public interface ProviderView {
    /** All that is known about a content id; empty where nothing is. */
    Holders holdersOf(Key key);

    /** Live records, tombstones not counted; those that ran out count until their expiry is an event. */
    int records();

    int tombstones();

    /** What records and tombstones weigh together, see {@link io.svcdht.storage.model.ProviderRecord#weight()}. */
    long weight();

    /** Content ids with a record or a tombstone. */
    int contentIds();

    /**
     * The content ids behind {@code after} in key order.
     *
     * @param after null = from the first
     * @param limit at most this many; the cost is one walk over all keys and a heap of this size
     */
    List<Holders> page(@Nullable Key after, int limit);

    /** Every content id once, in no order; changes made meanwhile may or may not be seen. */
    void forEach(Consumer<Holders> visitor);
}
