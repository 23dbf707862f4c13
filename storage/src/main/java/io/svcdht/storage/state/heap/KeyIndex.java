package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Key → first record, in key order as far as the leaves go: a trie over the key's own bits whose leaves are small hash
 * tables.
 *
 * <pre>
 * root: 4,096 by the first 12 bits ──▶ leaf of ≤ 2,048 keys
 *                                  └─▶ node: 16 by the next 4 bits ──▶ leaf | node …   at most 61 deep
 * </pre>
 *
 * <p>A find costs a step or two and one hash probe; a page in key order sorts the keys of one leaf; growing rebuilds
 * one leaf, never everything. Whoever chooses keys with a common prefix only makes the path longer, up to its 61 steps.
 */
final class KeyIndex {
    private static final int ROOT_BITS = 12;
    private static final int FAN_BITS = 4;
    private static final VarHandle NODES = MethodHandles.arrayElementVarHandle(Object[].class);

    /** How a walk goes on behind a leaf. */
    enum Next {
        ON,
        STOP,
        /** The leaf was being replaced: look there again. */
        AGAIN
    }

    /** Takes one leaf after the other. */
    interface Visitor {
        Next leaf(Leaf leaf);
    }

    private final Records records;
    private final long seed;
    /** Null, a Leaf, or an Object[16] of the same. */
    private final @Nullable Object[] root = new @Nullable Object[1 << ROOT_BITS];

    KeyIndex(Records records, long seed) {
        this.records = records;
        this.seed = seed;
    }

    int hash(Key key) {
        return Leaf.hash(key, seed);
    }

    /** Where the key is, if it is anywhere. */
    @Nullable
    Leaf leaf(Key key) {
        Object n = NODES.getAcquire(root, slice(key, 0));
        for (int bits = ROOT_BITS; n instanceof @Nullable Object[] inner; bits += FAN_BITS) {
            n = NODES.getAcquire(inner, slice(key, bits));
        }
        return (Leaf) n;
    }

    /**
     * Leaf after leaf in key order.
     *
     * @param after leaves with only smaller keys are left out; null = none is
     */
    void walk(@Nullable Key after, Visitor visitor) {
        walk(root, 0, after, visitor);
    }

    private static Next walk(@Nullable Object[] node, int bits, @Nullable Key after, Visitor visitor) {
        int first = after == null ? 0 : slice(after, bits);
        for (int i = first; i < node.length; ) {
            Object n = NODES.getAcquire(node, i);
            Key bound = i == first ? after : null;
            Next next =
                    switch (n) {
                        case null -> Next.ON;
                        case Leaf leaf -> visitor.leaf(leaf);
                        default -> walk((@Nullable Object[]) n, below(bits), bound, visitor);
                    };
            if (next == Next.STOP) {
                return next;
            }
            i += next == Next.ON ? 1 : 0;
        }
        return Next.ON;
    }

    private static int below(int bits) {
        return bits == 0 ? ROOT_BITS : bits + FAN_BITS;
    }

    // --- the writer ------------------------------------------------------------------------------------------------

    /** A key that was not there, with its first record. */
    void put(Key key, int slot) {
        @Nullable Object[] node = root;
        int bits = 0;
        while (true) {
            int i = slice(key, bits);
            Object n = node[i];
            int below = below(bits);
            if (n == null) {
                Leaf fresh = new Leaf(1);
                fresh.put(records, hash(key), slot);
                NODES.setRelease(node, i, fresh);
                return;
            }
            if (n instanceof Leaf leaf) {
                if (leaf.keys() < Leaf.KEYS_MAX) {
                    leaf.begin();
                    leaf.put(records, hash(key), slot);
                    leaf.end();
                    return;
                }
                n = split(leaf, below);
                NODES.setRelease(node, i, n);
                leaf.retire();
            }
            node = (@Nullable Object[]) n;
            bits = below;
        }
    }

    private @Nullable Object[] split(Leaf leaf, int bits) {
        @Nullable Object[] node = new @Nullable Object[1 << FAN_BITS];
        for (int cell : leaf.cells()) {
            int slot = Leaf.slotIn(cell);
            if (slot != Slots.NONE) {
                int i = records.nibble(slot, bits);
                if (!(node[i] instanceof Leaf)) {
                    node[i] = new Leaf(Leaf.KEYS_MAX >> FAN_BITS);
                }
                if (node[i] instanceof Leaf child) {
                    child.put(records, records.hash(slot), slot);
                }
            }
        }
        return node;
    }

    /** The key's first record is another one; between the leaf's begin and end. */
    void replace(Leaf leaf, Key key, int slot) {
        leaf.replace(records, key, hash(key), slot);
    }

    /** The key has no more records; between the leaf's begin and end. */
    void remove(Leaf leaf, Key key) {
        leaf.remove(records, key, hash(key));
    }

    /** Takes the key's leaf out if nothing is left in it, and what leads to it alone. */
    void prune(Key key) {
        prune(root, 0, key);
    }

    /** Whether the node is empty now. */
    private static boolean prune(@Nullable Object[] node, int bits, Key key) {
        int i = slice(key, bits);
        Object n = node[i];
        boolean empty =
                switch (n) {
                    case null -> true;
                    case Leaf leaf -> {
                        if (leaf.keys() == 0) {
                            leaf.retire();
                        }
                        yield leaf.keys() == 0;
                    }
                    default -> prune((@Nullable Object[]) n, below(bits), key);
                };
        if (!empty) {
            return false;
        }
        NODES.setRelease(node, i, null);
        for (int j = 0; bits > 0 && j < node.length; j++) {
            if (node[j] != null) {
                return false;
            }
        }
        return bits > 0;
    }

    /** Which way a key goes: its first 12 bits at the root, four further down. */
    private static int slice(Key key, int bits) {
        if (bits == 0) {
            return (int) (key.w0() >>> Long.SIZE - ROOT_BITS);
        }
        long word =
                switch (bits >>> 6) {
                    case 0 -> key.w0();
                    case 1 -> key.w1();
                    case 2 -> key.w2();
                    default -> key.w3();
                };
        return (int) (word >>> 60 - (bits & 63)) & 15;
    }

    /** Bytes of nodes and leaves. */
    long heapBytes() {
        long[] bytes = {16 + 8L * root.length};
        walk(null, leaf -> {
            bytes[0] += 32 + 16 + 4L * leaf.cells().length;
            return Next.ON;
        });
        return bytes[0];
    }
}
