package io.svcdht.node.engine;

import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.ProviderRecord;

/** What the engine wants done outside of it, once the events behind it are durable. */
public sealed interface Action {
    /** Answer a request. */
    record Reply(ReplyTo to, Outcome outcome) implements Action {}

    /** Word of our own that others are to hold. */
    sealed interface Said extends Action {}

    /**
     * Hand our own record to those who are to hold it.
     *
     * @param position of the event that says so
     */
    record Announce(ProviderRecord record, long position) implements Said {}

    /** Tell those who hold our own record that it is taken back. */
    record TakeBack(ContentId cid, String locator, long issuedAtMillis, long position) implements Said {}

    /** Tell the world whether this node takes writes. */
    record TurnReadiness(Readiness readiness, String reason) implements Action {}
}
