package io.svcdht.console.cli;

/**
 * Makes text of strangers safe for a terminal: no escape sequences, no line breaks, nothing that turns the reading
 * direction.
 */
final class Clean {
    private Clean() {}

    /** The text without control, format, surrogate, private and unassigned characters and line separators. */
    static String text(String raw) {
        if (raw.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            return raw;
        }
        StringBuilder clean = new StringBuilder(raw.length());
        raw.codePoints().filter(Clean::isHarmless).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
