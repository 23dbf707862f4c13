package io.svcdht.node.engine;

import io.svcdht.storage.event.DhtEvent.Readiness;

/** What the engine wants done outside of it, once the events behind it are durable. */
public sealed interface Action {
    /** Answer a request. */
    record Reply(ReplyTo to, Outcome outcome) implements Action {}

    /** Tell the world whether this node takes writes. */
    record TurnReadiness(Readiness readiness, String reason) implements Action {}
}
