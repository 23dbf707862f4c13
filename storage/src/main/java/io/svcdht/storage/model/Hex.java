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
}
