package io.svcdht.client;

/**
 * What one line of a batch came to.
 *
 * @param <T> what a good line answers
 */
public sealed interface LineResult<T> {
    /** @param line from 0, in the order of what was handed in */
    record Done<T>(long line, T value) implements LineResult<T> {}

    /** @param code one of the node's errors */
    record Refused<T>(long line, String code, String detail) implements LineResult<T> {}

    long line();
}
