package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Reads content that may be somebody else's by now: then it makes no sense or throws, but never asks for much memory. */
final class ContentReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    ContentReader(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        at = from;
        end = from + length;
        if (end < at || end > bytes.length) {
            throw new IndexOutOfBoundsException(end);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }

    /** A byte, or 0 at the end. */
    int flags() {
        return at == end ? 0 : bytes[at++];
    }

    String text() {
        int from = skipText();
        return at == from ? "" : new String(bytes, from, at - from, StandardCharsets.UTF_8);
    }

    /** Goes behind a text and says where it began. */
    int skipText() {
        int length = varint();
        if (length < 0 || length > end - at) {
            throw new IndexOutOfBoundsException(length);
        }
        at += length;
        return at - length;
    }

    /** How many texts follow. */
    int count() {
        return Math.clamp(varint(), 0, ProviderRecord.ADDRS_MAX);
    }

    List<String> texts() {
        String[] texts = new String[count()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = text();
        }
        return List.of(texts);
    }

    Proof proof() {
        NodeKeys keys = NodeKeys.of(key(), key());
        int from = skipText();
        return new Proof(keys, Arrays.copyOfRange(bytes, from, at));
    }

    private Key key() {
        at += Key.BYTES;
        return Key.of(bytes, at - Key.BYTES);
    }

    long u64() {
        return number(bytes, (at += Long.BYTES) - Long.BYTES, Long.BYTES);
    }

    static long number(byte[] bytes, int from, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | bytes[from + i] & 0xff;
        }
        return value;
    }

    private int varint() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = bytes[at++];
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IndexOutOfBoundsException(at);
    }
}
