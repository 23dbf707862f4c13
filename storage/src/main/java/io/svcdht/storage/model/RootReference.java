package io.svcdht.storage.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds the root that a list of signatures refers to: {@code [{…, "root": 32 bytes} …]} in deterministic CBOR. All that
 * storage has to know of a proof is what else must be kept with it; what the list says is the verifier's to judge. Never
 * fails: a list that cannot be followed refers to nothing.
 */
final class RootReference {
    private static final ByteBuffer NAME =
            ByteBuffer.wrap("root".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    private static final int DEPTH_MAX = 8;

    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;

    /** Where an item cannot be read. */
    private static final Head NONE = new Head(-1, 0);

    /** @param argument a number, a length, or how many items follow; never negative */
    private record Head(int major, int argument) {}

    private final ByteBuffer in;

    private RootReference(byte[] in) {
        this.in = ByteBuffer.wrap(in);
    }

    /** The root of the first entry that has one, null where there is none. */
    static @Nullable Key in(byte[] signatures) {
        RootReference r = new RootReference(signatures);
        Head list = r.head();
        return list.major() == ARRAY ? r.first(list.argument()) : null;
    }

    private @Nullable Key first(int entries) {
        for (int i = 0; i < entries; i++) {
            Head entry = head();
            if (entry.major() != MAP) {
                return null;
            }
            for (int pair = 0; pair < entry.argument(); pair++) {
                Head name = head();
                if (name.major() != TEXT || name.argument() > in.remaining()) {
                    return null;
                }
                boolean named = in.slice(in.position(), name.argument()).equals(NAME);
                in.position(in.position() + name.argument());
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
        Head value = head();
        if (value.major() != BYTES || value.argument() != Key.BYTES || Key.BYTES > in.remaining()) {
            return null;
        }
        byte[] root = new byte[Key.BYTES];
        in.get(root);
        return Key.of(root);
    }

    private boolean skip(int depth) {
        Head item = depth > DEPTH_MAX ? NONE : head();
        int n = item.argument();
        if (item.major() == BYTES || item.major() == TEXT) {
            if (n > in.remaining()) {
                return false;
            }
            in.position(in.position() + n);
        } else if (item.major() == ARRAY || item.major() == MAP) {
            // Each item takes a byte at least, so a claim that is too large ends soon.
            for (long left = item.major() == MAP ? 2L * n : n; left > 0; left--) {
                if (!skip(depth + 1)) {
                    return false;
                }
            }
        }
        return item.major() >= 0;
    }

    /** Reads the head of an item; {@link #NONE} at the end, and at lengths nothing here can have. */
    private Head head() {
        if (!in.hasRemaining()) {
            return NONE;
        }
        int first = in.get() & 0xff;
        int info = first & 0x1f;
        if (info < 24) {
            return new Head(first >>> 5, info);
        }
        int bytes = info < 28 ? 1 << info - 24 : 0;
        if (bytes == 0 || bytes > in.remaining()) {
            return NONE;
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | in.get() & 0xff;
        }
        return new Head(first >>> 5, (int) Math.min(value & Long.MAX_VALUE, Integer.MAX_VALUE));
    }
}
