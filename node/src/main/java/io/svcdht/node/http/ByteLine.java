package io.svcdht.node.http;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Steps over a line of plain JSON: printable ASCII, no escapes, spaces only between tokens. A step that finds anything
 * else says so and the line is left to a real parser; nothing is ever refused here.
 */
final class ByteLine {
    private static final byte[] DIGITS = new byte[128];

    static {
        Arrays.fill(DIGITS, (byte) -1);
        for (int i = 0; i < 16; i++) {
            DIGITS["0123456789abcdef".charAt(i)] = (byte) i;
        }
    }

    private static final int CANONICAL_CHARS = ContentId.PREFIX.length() + 2 * Key.BYTES;
    /** Digits of a number that certainly fits an int. */
    private static final int NUMBER_DIGITS_MAX = 9;

    private byte[] bytes = {};
    private int at;
    private int end;
    private int textFrom;
    private int textTo;

    ByteLine over(byte[] line, int from, int to) {
        bytes = line;
        at = from;
        end = to;
        return this;
    }

    /** Steps over the character if it comes next. */
    boolean take(char c) {
        spaces();
        if (at < end && bytes[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    /** Steps over a text, which then is the current one. */
    boolean takeText() {
        if (!take('"')) {
            return false;
        }
        textFrom = at;
        textTo = at;
        while (at < end) {
            byte b = bytes[at];
            if (b == '"') {
                textTo = at++;
                return true;
            }
            if (b < 0x20 || b == '\\' || b == 0x7f) {
                return false;
            }
            at++;
        }
        return false;
    }

    /** Steps over a whole number from 0; −1 where something else comes. */
    int takeNumber() {
        spaces();
        int from = at;
        int n = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            n = n * 10 + bytes[at++] - '0';
            if (at - from > NUMBER_DIGITS_MAX) {
                return -1;
            }
        }
        boolean leadingZero = at - from > 1 && bytes[from] == '0';
        return at == from || leadingZero ? -1 : n;
    }

    /** Whether nothing but white space is left. */
    boolean atEnd() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
        return at == end;
    }

    /** Whether the current text is this one, given as ASCII. */
    boolean textIs(byte[] ascii) {
        return Arrays.equals(bytes, textFrom, textTo, ascii, 0, ascii.length);
    }

    String text() {
        return new String(bytes, textFrom, textTo - textFrom, StandardCharsets.ISO_8859_1);
    }

    byte[] textBytes() {
        return Arrays.copyOfRange(bytes, textFrom, textTo);
    }

    /** The key if the current text is a canonical content id. */
    @Nullable
    Key canonicalKey() {
        if (textTo - textFrom != CANONICAL_CHARS
                || bytes[textFrom] != 'b'
                || bytes[textFrom + 1] != '3'
                || bytes[textFrom + 2] != ':') {
            return null;
        }
        long[] words = new long[4];
        int bad = 0;
        int i = textFrom + ContentId.PREFIX.length();
        for (int w = 0; w < 4; w++) {
            long word = 0;
            for (int n = 0; n < 16; n++) {
                // A text is ASCII, so the table covers it.
                int digit = DIGITS[bytes[i++]];
                bad |= digit;
                word = word << 4 | digit;
            }
            words[w] = word;
        }
        return bad < 0 ? null : new Key(words[0], words[1], words[2], words[3]);
    }

    private void spaces() {
        while (at < end && bytes[at] == ' ') {
            at++;
        }
    }
}
