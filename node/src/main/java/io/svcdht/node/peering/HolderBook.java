package io.svcdht.node.peering;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Who has told us that it holds which key, as far as we handed it there ourselves. Never walked through. */
final class HolderBook {
    /** The first words of the ids of holders; two holders of one key never share one in practice. */
    private final Map<Key, long[]> holders = new HashMap<>();

    void holds(Key key, NodeId holder) {
        if (!holdsAlready(key, holder)) {
            long[] before = holders.getOrDefault(key, new long[0]);
            long[] more = Arrays.copyOf(before, before.length + 1);
            more[before.length] = holder.key().w0();
            holders.put(key, more);
        }
    }

    boolean holdsAlready(Key key, NodeId holder) {
        long[] words = holders.get(key);
        if (words != null) {
            for (long word : words) {
                if (word == holder.key().w0()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Forgets all other keys: they ran out, or lie elsewhere now. */
    void keepOnly(Set<Key> held) {
        holders.keySet().retainAll(held);
    }
}
