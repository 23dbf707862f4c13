package io.svcdht.storage.checkpoint;

import io.svcdht.storage.model.Key;
import java.nio.ByteBuffer;

/**
 * A set that may say yes to what it does not hold, about once in a hundred, and never no to what it does: a
 * split-block Bloom filter as in the Parquet format. A key sets one bit in each of the eight words of one block.
 */
final class Bloom {
    private static final int WORDS = 8;
    private static final int BITS_PER_KEY = 10;
    private static final int BLOCK_BITS = WORDS * Integer.SIZE;
    /** Odd multipliers, one a word, from the format's specification. */
    private static final int[] SALT = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private final int[] words;

    private Bloom(int[] words) {
        this.words = words;
    }

    static Bloom forKeys(int keys) {
        int blocks = (int) Math.max(1, ((long) keys * BITS_PER_KEY + BLOCK_BITS - 1) / BLOCK_BITS);
        return new Bloom(new int[blocks * WORDS]);
    }

    /** @throws IllegalArgumentException if there are not so many words, or no filter has so many */
    static Bloom of(ByteBuffer bytes, int count) {
        if (count < WORDS || count % WORDS != 0 || count > bytes.remaining() / Integer.BYTES) {
            throw new IllegalArgumentException("a filter of %d words in %d bytes".formatted(count, bytes.remaining()));
        }
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = bytes.getInt();
        }
        return new Bloom(words);
    }

    int[] words() {
        return words;
    }

    void add(Key key) {
        long hash = hash(key);
        int block = block(hash);
        for (int i = 0; i < WORDS; i++) {
            words[block + i] |= bit(hash, i);
        }
    }

    boolean mayHold(Key key) {
        long hash = hash(key);
        int block = block(hash);
        for (int i = 0; i < WORDS; i++) {
            if ((words[block + i] & bit(hash, i)) == 0) {
                return false;
            }
        }
        return true;
    }

    private int block(long hash) {
        return (int) ((hash >>> 32) * (words.length / WORDS) >>> 32) * WORDS;
    }

    private static int bit(long hash, int word) {
        return 1 << ((int) hash * SALT[word] >>> 27);
    }

    /** All four words count: publishers choose keys. */
    private static long hash(Key key) {
        long h = key.w0() * 0x9E3779B97F4A7C15L;
        h = (h ^ h >>> 29 ^ key.w1()) * 0xBF58476D1CE4E5B9L;
        h = (h ^ h >>> 32 ^ key.w2()) * 0x94D049BB133111EBL;
        h = (h ^ h >>> 29 ^ key.w3()) * 0x9E3779B97F4A7C15L;
        return h ^ h >>> 32;
    }
}
