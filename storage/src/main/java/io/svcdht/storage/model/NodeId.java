package io.svcdht.storage.model;

import org.jspecify.annotations.Nullable;

/**
 * A node's place in the key space: the BLAKE3-256 digest of its identity keys (contracts §1). Text form
 * {@code n3:<64 lower-case hex>}.
 */
public record NodeId(Key key) implements Comparable<NodeId> {
    public static final String PREFIX = "n3:";

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is no node id
     */
    public static NodeId parse(String text) {
        if (!looksLike(text)) {
            throw new IllegalArgumentException("a node id is n3: and 64 lower-case hex digits, got \"" + text + "\"");
        }
        return new NodeId(Hex.key(text, PREFIX.length()));
    }

    /** Whether the text has the exact shape of a node id. */
    public static boolean looksLike(String text) {
        return text.startsWith(PREFIX) && Hex.isLowerHex(text, PREFIX.length(), Key.BYTES * 2);
    }

    public String text() {
        return PREFIX + key.hex();
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return this == o || (o instanceof NodeId n && key.equals(n.key));
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public int compareTo(NodeId o) {
        return key.compareTo(o.key);
    }

    @Override
    public String toString() {
        return text();
    }
}
