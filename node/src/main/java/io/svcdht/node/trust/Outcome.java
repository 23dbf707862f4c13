package io.svcdht.node.trust;

import io.svcdht.node.wire.Refusal;

/**
 * What becomes of something a peer sent.
 *
 * @param <T> what it is once it is taken
 */
public sealed interface Outcome<T> {
    record Accepted<T>(T value) implements Outcome<T> {}

    /** @param detail a sentence with the numbers, for the peer's answer and the log */
    record Refused<T>(Refusal why, String detail) implements Outcome<T> {}
}
