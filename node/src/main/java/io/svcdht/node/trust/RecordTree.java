package io.svcdht.node.trust;

import io.svcdht.storage.model.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.params.Blake3Parameters;

/**
 * A batch of records under one root: a binary tree whose leaves are as many as a power of two, the last of them empty.
 *
 * <pre>
 * leaf   BLAKE3 derive_key "svc-dht/record-leaf/v1"   record without sigs | Ed25519 signature 64
 * empty  32 zero bytes
 * node   BLAKE3 derive_key "svc-dht/record-node/v1"   the lesser child | the greater child, as unsigned numbers
 * root   BLAKE3 derive_key "svc-dht/record-root/v1"   depth u8 | the topmost node
 * </pre>
 *
 * <p>The order of two children follows from their values, so a path is a list of neighbours and no more. Its length is in
 * the root, so that a path that was cut or prolonged leads elsewhere. The leaf covers the classical signature too:
 * nobody can put another one beside a path. For one thread at a time.
 */
public final class RecordTree {
    /** Most records of a batch. */
    public static final int RECORDS_MAX = 10_000;

    private static final Key EMPTY = new Key(0, 0, 0, 0);

    private final Blake3Digest leaves = deriving("svc-dht/record-leaf/v1");
    private final Blake3Digest nodes = deriving("svc-dht/record-node/v1");
    private final Blake3Digest roots = deriving("svc-dht/record-root/v1");
    private final byte[] out = new byte[Key.BYTES];

    /**
     * A batch that is closed.
     *
     * @param root what is signed
     * @param paths of each leaf, its neighbour first, the topmost last
     */
    public record Batch(Key root, List<List<Key>> paths) {}

    private static Blake3Digest deriving(String context) {
        Blake3Digest digest = new Blake3Digest(Key.BYTES);
        digest.init(Blake3Parameters.context(context.getBytes(StandardCharsets.US_ASCII)));
        return digest;
    }

    /** @param classical the record's Ed25519 signature */
    public Key leaf(byte[] body, byte[] classical) {
        leaves.update(body, 0, body.length);
        leaves.update(classical, 0, classical.length);
        return finish(leaves);
    }

    /** Builds the tree over 1 … {@value #RECORDS_MAX} leaves. */
    public Batch over(List<Key> all) {
        if (all.isEmpty() || all.size() > RECORDS_MAX) {
            throw new IllegalArgumentException("a batch of %d records".formatted(all.size()));
        }
        List<List<Key>> paths = new ArrayList<>(all.size());
        all.forEach(leaf -> paths.add(new ArrayList<>()));
        List<Key> level = all;
        Key empty = EMPTY;
        int depth = 0;
        for (int width = 1; width < all.size(); width *= 2) {
            for (int i = 0; i < all.size(); i++) {
                int neighbour = (i >>> depth) ^ 1;
                paths.get(i).add(neighbour < level.size() ? level.get(neighbour) : empty);
            }
            level = above(level, empty);
            empty = node(empty, empty);
            depth++;
        }
        return new Batch(root(depth, level.getFirst()), paths);
    }

    private List<Key> above(List<Key> level, Key empty) {
        List<Key> next = new ArrayList<>((level.size() + 1) / 2);
        for (int i = 0; i < level.size(); i += 2) {
            next.add(node(level.get(i), i + 1 < level.size() ? level.get(i + 1) : empty));
        }
        return next;
    }

    /** The root a path leads to. */
    public Key rootOf(Key leaf, List<Key> path) {
        Key at = leaf;
        for (Key neighbour : path) {
            at = node(at, neighbour);
        }
        return root(path.size(), at);
    }

    private Key node(Key a, Key b) {
        boolean inOrder = a.compareTo(b) <= 0;
        nodes.update((inOrder ? a : b).bytes(), 0, Key.BYTES);
        nodes.update((inOrder ? b : a).bytes(), 0, Key.BYTES);
        return finish(nodes);
    }

    private Key root(int depth, Key top) {
        roots.update((byte) depth);
        roots.update(top.bytes(), 0, Key.BYTES);
        return finish(roots);
    }

    private Key finish(Blake3Digest digest) {
        digest.doFinal(out, 0);
        return Key.of(out);
    }
}
