package io.svcdht.storage.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The public keys a node is known by, and the id that follows from them (contracts §1):
 *
 * <pre>
 * id = BLAKE3-256( "svc-dht/node-id/v1" | Ed25519 public key 32 | BLAKE3-256(ML-DSA-87 public key) )
 *                                                                 32 zero bytes for a classical-only node
 * </pre>
 *
 * <p>The id is derived once, here, so that nobody can hold keys with an id that is not theirs.
 */
public final class NodeKeys {
    /** Stands where a node has no ML-DSA-87 key; no key hashes to it. */
    public static final Key CLASSICAL_ONLY = new Key(0, 0, 0, 0);

    private static final byte[] CONTEXT = "svc-dht/node-id/v1".getBytes(StandardCharsets.US_ASCII);

    /**
     * Those met lately, at a place that follows from them: messages and records name the same few thousand nodes over and
     * over, and an id takes longer to derive than all else of a contact to read. Threads may overtake each other here: what one
     * of them does not see is derived again.
     */
    private static final @Nullable NodeKeys[] LATELY = new NodeKeys[4_096];

    private final Key ed25519;
    private final Key mlDsa87Hash;
    private final NodeId id;

    private NodeKeys(Key ed25519, Key mlDsa87Hash) {
        this.ed25519 = ed25519;
        this.mlDsa87Hash = mlDsa87Hash;
        byte[] digest = new Blake3()
                .update(CONTEXT)
                .update(ed25519.bytes())
                .update(mlDsa87Hash.bytes())
                .finish();
        this.id = new NodeId(Key.of(digest));
    }

    /**
     * Keys as a contact carries them.
     *
     * @param ed25519 the public key's 32 bytes as RFC 8032 encodes them
     * @param mlDsa87Hash BLAKE3-256 of the 2,592-byte public key of FIPS 204, or {@link #CLASSICAL_ONLY}
     */
    public static NodeKeys of(Key ed25519, Key mlDsa87Hash) {
        int place = ed25519.hashCode() & LATELY.length - 1;
        NodeKeys met = LATELY[place];
        if (met != null && met.ed25519.equals(ed25519) && met.mlDsa87Hash.equals(mlDsa87Hash)) {
            return met;
        }
        NodeKeys fresh = new NodeKeys(ed25519, mlDsa87Hash);
        LATELY[place] = fresh;
        return fresh;
    }

    public static NodeKeys classical(Key ed25519) {
        return of(ed25519, CLASSICAL_ONLY);
    }

    public Key ed25519() {
        return ed25519;
    }

    /** Hash of the ML-DSA-87 public key, {@link #CLASSICAL_ONLY} where there is none. */
    public Key mlDsa87Hash() {
        return mlDsa87Hash;
    }

    public boolean classicalOnly() {
        return mlDsa87Hash.equals(CLASSICAL_ONLY);
    }

    public NodeId id() {
        return id;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof NodeKeys k && ed25519.equals(k.ed25519) && mlDsa87Hash.equals(k.mlDsa87Hash);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id.text();
    }
}
