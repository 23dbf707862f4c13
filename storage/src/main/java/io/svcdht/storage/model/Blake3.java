package io.svcdht.storage.model;

import org.bouncycastle.crypto.digests.Blake3Digest;

/** BLAKE3-256, the project's only digest. Incremental and reusable; not for use by two threads at once. */
public final class Blake3 {
    private final Blake3Digest digest = new Blake3Digest(Key.BYTES);

    public static byte[] hash(byte[] bytes) {
        return new Blake3().update(bytes, 0, bytes.length).finish();
    }

    public Blake3 update(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        return this;
    }

    public Blake3 update(byte[] bytes) {
        return update(bytes, 0, bytes.length);
    }

    /** The 32-byte digest of everything updated since the last finish; starts anew. */
    public byte[] finish() {
        byte[] out = new byte[Key.BYTES];
        digest.doFinal(out, 0);
        return out;
    }
}
