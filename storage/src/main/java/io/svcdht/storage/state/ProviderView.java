package io.svcdht.storage.state;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What any thread may read of the records while the writer goes on. Answers are values: each content id as it stood
 * at one moment during the call, different ones perhaps at different moments. A list or walk shows everything that is
 * there from its beginning to its end; what comes or goes meanwhile it may or may not show.
 */
public interface ProviderView {
    /** All that is known about a content id; empty where nothing is. */
    Holders holdersOf(Key key);

    /**
     * The live holders of a content id, in the order they were first announced: what a find shows. Where several show
     * the same node, the first of them.
     *
     * @param limit at most this many
     * @param found is emptied first
     */
    default void find(Key key, long nowMillis, int limit, LiveHolders found) {
        found.clear();
        for (StoredRecord r : holdersOf(key)) {
            if (found.size() < limit && r.aliveAt(nowMillis)) {
                found.add(r.record(), r.position());
            }
        }
    }

    /** How many records and tombstones a content id has. */
    default int holders(Key key) {
        return holdersOf(key).size();
    }

    /** The record or tombstone of the given identity. */
    default @Nullable StoredRecord record(Key key, NodeId publisher, String locator) {
        return holdersOf(key).of(publisher, locator);
    }

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
     * @param limit at most this many
     */
    List<Holders> page(@Nullable Key after, int limit);

    /** As {@link #page}, of one publisher's records and tombstones alone. */
    List<Holders> publishedBy(NodeId publisher, @Nullable Key after, int limit);

    /**
     * Records and tombstones in order of (end, position), those behind the given pair.
     *
     * @param fromMillis the end the page before ended with, or the instant to begin at
     * @param afterPosition the position it ended with, or -1 to begin
     * @param limit at most this many
     */
    List<StoredRecord> byExpiry(long fromMillis, long afterPosition, int limit);

    /** Every content id once, in no order. */
    void forEach(Consumer<Holders> visitor);

    /**
     * When each record ends, milliseconds since the epoch, in no order; tombstones are left out. For a picture of them all: one
     * that is changed meanwhile may count with an end that it never had.
     */
    default void forEachEnd(LongConsumer endsAtMillis) {
        forEach(holders -> {
            for (StoredRecord r : holders) {
                if (!r.tombstone()) {
                    endsAtMillis.accept(r.endsAtMillis());
                }
            }
        });
    }
}
