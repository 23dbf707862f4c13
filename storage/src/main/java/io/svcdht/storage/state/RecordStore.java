package io.svcdht.storage.state;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a state's records live. Changed on one thread, by {@link Fold} alone (by whoever loads a checkpoint:
 * {@link #restore}); the {@link ProviderView} side may be read from any thread. Nothing here can fail but for want of
 * memory: what refers to a record that is not there changes nothing.
 *
 * <p>A record's identity is (key, publisher, locator). Its <em>cause</em> is the position of its last word, by which
 * later events name it.
 */
public interface RecordStore extends ProviderView, AutoCloseable {
    /** A record is new, or takes the place of the record or tombstone of its identity. */
    void announce(long position, ProviderRecord record);

    /** The record at {@code cause} lives on; nothing there, or a tombstone: no change. */
    void refresh(Key key, long cause, long position, int ttlSeconds, long issuedAtMillis);

    /** The record or tombstone at {@code cause} becomes a tombstone kept until the given instant. */
    void withdraw(Key key, long cause, long position, long issuedAtMillis, long keepUntilMillis);

    /** The record or tombstone at {@code cause} is gone. */
    void expire(Key key, long cause);

    /** Takes in one entry of a checkpoint; its identity must not be there yet. */
    void restore(StoredRecord stored);

    /**
     * What ends at or before {@code nowMillis}, earliest first, equal ends by position; at most {@code limit}, the rest
     * comes with the next call. Takes nothing out: the expiry events do that when they are folded, and must be before
     * the next call. For the writer's thread.
     */
    List<StoredRecord> due(long nowMillis, int limit);

    /**
     * Tells which content ids come next, some dozens: what there is of them can be fetched from memory all at once, which
     * takes a fraction of the time of one after the other. Changes nothing. For the writer's thread.
     *
     * @param count so many of the keys
     */
    default void foresee(Key[] keys, int count) {}

    /**
     * Called behind every event that was folded in, once its changes are made; a store that outlives the process
     * keeps how far it is.
     *
     * @param node whose journal it is, null = not said yet
     */
    default void folded(long position, long instantMillis, @Nullable NodeId node) {}

    @Override
    default void close() {}
}
