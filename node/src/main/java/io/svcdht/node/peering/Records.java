package io.svcdht.node.peering;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The records this node holds, its own among them; whoever keeps them journals what changes. */
public interface Records {
    /** Those of the key that have not run out. */
    List<ProviderRecord> of(Key key, long nowNanos);

    /**
     * Shows words in order of keys: records that have not run out, and own ones that were taken back.
     *
     * @param after keys up to here were shown before, null = begin
     * @param keys at most so many
     * @return the last key shown if there may be more, null at the end
     */
    @Nullable
    Key walk(@Nullable Key after, int keys, long nowNanos, Consumer<Word> each);

    /** How many there are, about. */
    int size();

    /** Whether the word is still our last about this: not replaced, not taken back, not run out. */
    boolean stands(Word word, long nowNanos);

    /** Takes a record that was verified. False if it is refused: stale, or no room. */
    boolean offer(ProviderRecord record, long nowNanos);

    /** Whether the publisher's signature and dates hold, so that it may be stored, answered and passed on. */
    boolean valid(ProviderRecord record);

    /** The node's clock, milliseconds since the epoch. */
    long millis(long nowNanos);
}
