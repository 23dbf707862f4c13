package io.svcdht.node.wire.oap;

/** What came of reading a peer's bytes. */
public sealed interface Decoded<T> {
    record Read<T>(T value) implements Decoded<T> {}

    /** @param detail a sentence for the log; holds no text of the peer's */
    record Refused<T>(WireError why, String detail) implements Decoded<T> {}
}
