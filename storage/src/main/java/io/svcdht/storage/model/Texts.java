package io.svcdht.storage.model;

import java.nio.charset.StandardCharsets;

/** The rule for every text a stranger hands in: printable, no control or bidirectional characters, ≤ 512 bytes. */
public final class Texts {
    /** Longest accepted text, UTF-8 bytes after trimming. */
    public static final int BYTES_MAX = 512;

    private Texts() {}

    /**
     * The trimmed text.
     *
     * @param what names the field in the message
     * @throws IllegalArgumentException with a sentence the caller can act on
     */
    public static String checked(String what, String raw) {
        if (raw.length() > 4 * BYTES_MAX) {
            throw tooLong(what, raw.length());
        }
        String text = raw.strip();
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty; give 1 to " + BYTES_MAX + " bytes of printable text");
        }
        int ascii = 0;
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f) {
                ascii++;
                i++;
                continue;
            }
            int cp = text.codePointAt(i);
            if (!isPrintable(cp)) {
                throw new IllegalArgumentException(
                        "%s holds U+%04X at index %d; only printable characters are allowed".formatted(what, cp, i));
            }
            i += Character.charCount(cp);
        }
        int bytes = ascii == text.length() ? ascii : text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_MAX) {
            throw tooLong(what, bytes);
        }
        return text;
    }

    private static IllegalArgumentException tooLong(String what, int bytes) {
        return new IllegalArgumentException(
                "%s is %d bytes long; at most %d are allowed".formatted(what, bytes, BYTES_MAX));
    }

    /** Neither control, format (which includes the bidirectional marks), surrogate, unassigned, nor a line break. */
    static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
