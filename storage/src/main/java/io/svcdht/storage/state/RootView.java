package io.svcdht.storage.state;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.SignedRoot;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The roots of batches that records of others refer to, and the ML-DSA-87 keys they are signed with. */
public interface RootView {
    /**
     * A root, and how long.
     *
     * @param keepUntilMillis when the last record that ever referred to it runs out
     */
    record Kept(SignedRoot root, long keepUntilMillis) {}

    @Nullable
    SignedRoot root(Key id);

    /** The whole key with this hash. */
    @Nullable
    MlDsa87Key key(Key hash);

    /** In the order of their ids. */
    List<Kept> all();

    /** In the order of their hashes. */
    Collection<MlDsa87Key> keys();

    int size();

    default boolean isEmpty() {
        return size() == 0 && keys().isEmpty();
    }
}
