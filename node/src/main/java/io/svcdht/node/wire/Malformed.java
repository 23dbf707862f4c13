package io.svcdht.node.wire;

/** Bytes of a peer that are not what they should be. Without a stack trace: strangers can cause any number of them. */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal why;

    Malformed(Refusal why, String sentence) {
        super(sentence, null, false, false);
        this.why = why;
    }

    public Refusal why() {
        return why;
    }
}
