package io.svcdht.node.peering;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Who has told us that it holds which key, as far as we handed it there ourselves. Never walked through. What was not
 * asked about during two turns is forgotten; to forget too early costs a message.
 */
final class HolderBook {
    /** More are not remembered in one turn. */
    static final int KEYS_MAX = 100_000;

    /** The first words of the ids of holders; two holders of one key never share one in practice. */
    private Map<Key, long[]> current = new HashMap<>();

    private Map<Key, long[]> before = new HashMap<>();

    void holds(Key key, NodeId holder) {
        long word = holder.key().w0();
        long[] known = of(key);
        if (!contains(known, word) && (known.length > 0 || current.size() < KEYS_MAX)) {
            long[] more = Arrays.copyOf(known, known.length + 1);
            more[known.length] = word;
            current.put(key, more);
        }
    }

    boolean holdsAlready(Key key, NodeId holder) {
        return contains(of(key), holder.key().w0());
    }

    private long[] of(Key key) {
        long[] known = current.get(key);
        if (known == null) {
            known = before.remove(key);
            if (known == null) {
                return new long[0];
            }
            current.put(key, known);
        }
        return known;
    }

    private static boolean contains(long[] words, long word) {
        for (long w : words) {
            if (w == word) {
                return true;
            }
        }
        return false;
    }

    /** All keys that lie here were asked about since the last turn: the others lie elsewhere now. */
    void turn() {
        before = current;
        current = new HashMap<>();
    }
}
