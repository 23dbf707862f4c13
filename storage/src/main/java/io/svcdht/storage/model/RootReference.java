package io.svcdht.storage.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the root that a list of signatures refers to: {@code [{…, "root": 32 bytes} …]} in deterministic CBOR. All that
 * storage has to know of a proof is what else must be kept with it; what the list says is the verifier's to judge. Never
 * fails: a list that cannot be followed refers to nothing.
 */
final class RootReference {
    private static final byte[] NAME = "root".getBytes(StandardCharsets.US_ASCII);
    private static final int DEPTH_MAX = 8;

    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;

    private final byte[] in;
    private int at;
    private int major;
    private int argument;

    private RootReference(byte[] in) {
        this.in = in;
    }

    /** The root of the first entry that has one, null where there is none. */
    static @Nullable Key in(byte[] signatures) {
        RootReference r = new RootReference(signatures);
        return r.head() && r.major == ARRAY ? r.first(r.argument) : null;
    }

    private @Nullable Key first(int entries) {
        for (int i = 0; i < entries; i++) {
            if (!head() || major != MAP) {
                return null;
            }
            int pairs = argument;
            for (int pair = 0; pair < pairs; pair++) {
                if (!head() || major != TEXT || argument > in.length - at) {
                    return null;
                }
                boolean named = Arrays.equals(in, at, at + argument, NAME, 0, NAME.length);
                at += argument;
                if (named) {
                    return root();
                }
                if (!skip(0)) {
                    return null;
                }
            }
        }
        return null;
    }

    private @Nullable Key root() {
        if (!head() || major != BYTES || argument != Key.BYTES || argument > in.length - at) {
            return null;
        }
        return Key.of(Arrays.copyOfRange(in, at, at + Key.BYTES));
    }

    private boolean skip(int depth) {
        if (depth > DEPTH_MAX || !head()) {
            return false;
        }
        int n = argument;
        if (major == BYTES || major == TEXT) {
            if (n > in.length - at) {
                return false;
            }
            at += n;
            return true;
        }
        if (major == ARRAY || major == MAP) {
            // Each item takes a byte at least, so a claim that is too large ends soon.
            for (long left = major == MAP ? 2L * n : n; left > 0; left--) {
                if (!skip(depth + 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Reads the head of an item; false at the end, and at lengths nothing here can have. */
    private boolean head() {
        if (at >= in.length) {
            return false;
        }
        int first = in[at++] & 0xff;
        major = first >>> 5;
        int info = first & 0x1f;
        if (info < 24) {
            argument = info;
            return true;
        }
        int bytes = info < 28 ? 1 << info - 24 : 0;
        if (bytes == 0 || bytes > in.length - at) {
            return false;
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | in[at++] & 0xff;
        }
        argument = (int) Math.min(value & Long.MAX_VALUE, Integer.MAX_VALUE);
        return major < BYTES || argument <= in.length;
    }
}
