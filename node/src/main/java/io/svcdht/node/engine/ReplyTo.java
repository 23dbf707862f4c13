package io.svcdht.node.engine;

/**
 * Who waits for an outcome. Called exactly once, from any thread, and only when what it tells is as durable as the
 * sync policy promises; must not block.
 */
@FunctionalInterface
public interface ReplyTo {
    void reply(Outcome outcome);

    /** For inputs nobody waits for. */
    static ReplyTo nobody() {
        return outcome -> {};
    }
}
