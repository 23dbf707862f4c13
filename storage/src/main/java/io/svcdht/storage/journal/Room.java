package io.svcdht.storage.journal;

/** What the medium can take at a moment. A writer asks before it decides, so that nothing decided fails for space. */
public sealed interface Room {
    Room ENOUGH = new Enough();

    /** Any events can be appended. */
    record Enough() implements Room {}

    /**
     * The medium is below its reserve: what must be said about the node itself still fits, all else has to wait.
     *
     * @param why a sentence with the numbers
     */
    record Tight(String why) implements Room {}

    /**
     * Nothing can be appended.
     *
     * @param why a sentence
     */
    record Nothing(String why) implements Room {}
}
