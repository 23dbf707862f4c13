package io.svcdht.storage.model;

final class Hex {
    private Hex() {}

    /** Whether exactly {@code digits} lower-case hexadecimal digits stand from {@code from} to the end. */
    static boolean isLowerHex(String text, int from, int digits) {
        if (text.length() != from + digits) {
            return false;
        }
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The key whose digits stand from {@code from} on, once {@link #isLowerHex} has seen them. */
    static Key key(String text, int from) {
        return new Key(word(text, from), word(text, from + 16), word(text, from + 32), word(text, from + 48));
    }

    private static long word(String text, int from) {
        long word = 0;
        for (int i = from; i < from + 16; i++) {
            char c = text.charAt(i);
            // Letters have bit 6 and count on from 9.
            word = word << 4 | (c & 15) + (c >>> 6) * 9;
        }
        return word;
    }
}
