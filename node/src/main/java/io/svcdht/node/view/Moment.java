package io.svcdht.node.view;

/**
 * A point of the past, as a user names it: {@code seq:1234} or {@code 1234} is a position, anything else an instant
 * such as {@code 2026-01-31T12:00:00Z}.
 */
public sealed interface Moment {
    /** After the event at this position; 0 = before all events. */
    record AtPosition(long position) implements Moment {}

    /** After the last event at or before this instant, milliseconds since the epoch. */
    record AtInstant(long millis) implements Moment {}

    /**
     * @throws IllegalArgumentException with a sentence that shows both forms
     */
    static Moment parse(String text) {
        String digits = text.startsWith("seq:") ? text.substring(4) : text;
        if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                return new AtPosition(Long.parseLong(digits));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("position " + digits + " is beyond what a journal can hold", e);
            }
        }
        if (text.startsWith("seq:")) {
            throw new IllegalArgumentException("\"" + text + "\" names no position; write seq:1234");
        }
        try {
            return new AtInstant(Json.millis(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" is neither a position such as seq:1234 nor an instant such as 2026-01-31T12:00:00Z",
                    e);
        }
    }
}
