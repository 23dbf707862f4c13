package io.svcdht.node.http;

import io.netty.buffer.Unpooled;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON straight into the bytes that are sent: what the two hot answers use in the place of a generator. Commas
 * set themselves; nesting is the caller's duty.
 */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int DAYS_TO_EPOCH = 719_468;
    private static final int DAYS_PER_ERA = 146_097;

    private byte[] bytes;
    private int at;
    private boolean comma;

    JsonBytes(int sizeHint) {
        bytes = new byte[sizeHint];
    }

    JsonBytes beginObject() {
        return open('{');
    }

    JsonBytes endObject() {
        return close('}');
    }

    JsonBytes beginArray() {
        return open('[');
    }

    JsonBytes endArray() {
        return close(']');
    }

    /** A field's name; needs no escapes. */
    JsonBytes name(String ascii) {
        separate();
        ensure(ascii.length() + 3);
        bytes[at++] = '"';
        ascii(ascii);
        bytes[at++] = '"';
        bytes[at++] = ':';
        comma = false;
        return this;
    }

    JsonBytes value(String text) {
        // The JDK's encoder and a loop over bytes are several times faster than a loop over characters.
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return value(utf8, 0, utf8.length);
    }

    /** A text that is UTF-8 already. */
    JsonBytes value(byte[] utf8, int from, int length) {
        separate();
        ensure(length + 2);
        bytes[at++] = '"';
        for (int i = from; i < from + length; i++) {
            if (needsEscape(utf8[i])) {
                return escaped(utf8, from, length);
            }
        }
        System.arraycopy(utf8, from, bytes, at, length);
        at += length;
        bytes[at++] = '"';
        return this;
    }

    private static boolean needsEscape(byte b) {
        return b >= 0 && b < 0x20 || b == '"' || b == '\\';
    }

    /** Text known to need no escapes, such as an id. */
    JsonBytes plain(String ascii) {
        separate();
        ensure(ascii.length() + 2);
        bytes[at++] = '"';
        ascii(ascii);
        bytes[at++] = '"';
        return this;
    }

    /** A canonical content id. */
    JsonBytes canonical(Key key) {
        separate();
        ensure(2 + ContentId.PREFIX.length() + 2 * Key.BYTES);
        bytes[at++] = '"';
        ascii(ContentId.PREFIX);
        hex(key.w0());
        hex(key.w1());
        hex(key.w2());
        hex(key.w3());
        bytes[at++] = '"';
        return this;
    }

    JsonBytes value(long number) {
        separate();
        ensure(20);
        digits(number);
        return this;
    }

    JsonBytes value(boolean b) {
        separate();
        ensure(5);
        ascii(b ? "true" : "false");
        return this;
    }

    /** An instant as {@code 2026-01-31T12:00:00.000Z}; for years 0 to 9999. */
    JsonBytes instant(long millis) {
        separate();
        ensure(26);
        long day = Math.floorDiv(millis, 86_400_000L);
        int ofDay = (int) Math.floorMod(millis, 86_400_000L);
        // Civil date from a day number: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        long z = day + DAYS_TO_EPOCH;
        long era = Math.floorDiv(z, (long) DAYS_PER_ERA);
        int ofEra = (int) (z - era * DAYS_PER_ERA);
        int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int shifted = (5 * ofYear + 2) / 153;
        int dayOfMonth = ofYear - (153 * shifted + 2) / 5 + 1;
        int month = shifted < 10 ? shifted + 3 : shifted - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        bytes[at++] = '"';
        padded(year, 4, '-');
        padded(month, 2, '-');
        padded(dayOfMonth, 2, 'T');
        padded(ofDay / 3_600_000, 2, ':');
        padded(ofDay / 60_000 % 60, 2, ':');
        padded(ofDay / 1000 % 60, 2, '.');
        padded(ofDay % 1000, 3, 'Z');
        bytes[at++] = '"';
        return this;
    }

    /** Ends a line; the next value begins another text. */
    JsonBytes endLine() {
        ensure(1);
        bytes[at++] = '\n';
        comma = false;
        return this;
    }

    /** What was written, without a copy; this writer is then used up. */
    Buffer toBuffer() {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, 0, at));
    }

    private JsonBytes escaped(byte[] utf8, int from, int length) {
        ensure(6 * length + 1);
        for (int i = from; i < from + length; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\') {
                bytes[at++] = '\\';
                bytes[at++] = b;
            } else if (b >= 0 && b < 0x20) {
                ascii("\\u00");
                bytes[at++] = HEX[b >> 4];
                bytes[at++] = HEX[b & 15];
            } else {
                bytes[at++] = b;
            }
        }
        bytes[at++] = '"';
        return this;
    }

    private JsonBytes open(char bracket) {
        separate();
        ensure(1);
        bytes[at++] = (byte) bracket;
        comma = false;
        return this;
    }

    /** A value that is JSON already. */
    JsonBytes json(String text) {
        separate();
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, at, utf8.length);
        at += utf8.length;
        return this;
    }

    private JsonBytes close(char bracket) {
        ensure(1);
        bytes[at++] = (byte) bracket;
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            ensure(1);
            bytes[at++] = ',';
        }
        comma = true;
    }

    private void digits(long number) {
        if (number < 0) {
            ascii(Long.toString(number));
            return;
        }
        int length = 1;
        for (long n = number; n >= 10; n /= 10) {
            length++;
        }
        long n = number;
        for (int i = at + length - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + n % 10);
            n /= 10;
        }
        at += length;
    }

    private void hex(long word) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            bytes[at++] = HEX[(int) (word >>> shift) & 15];
        }
    }

    private void padded(int number, int width, char after) {
        int n = number;
        for (int i = at + width - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + n % 10);
            n /= 10;
        }
        at += width;
        bytes[at++] = (byte) after;
    }

    @SuppressWarnings("deprecation") // deprecated for what it does to other characters; there is no other bulk copy
    private void ascii(String text) {
        text.getBytes(0, text.length(), bytes, at);
        at += text.length();
    }

    private void ensure(int more) {
        if (bytes.length - at < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
        }
    }
}
