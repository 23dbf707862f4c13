package io.svcdht.node;

import io.svcdht.node.engine.Input;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;

/** What a network tells those who live in the same process. Cheap, callable from any thread, and never fails. */
public interface News {
    /** A lookup over the network ended. */
    void lookedUp(LookupRecord lookup);

    /**
     * A record was taken, our own or another publisher's, and is as durable as the sync policy says.
     *
     * @param position of the event that says so
     */
    void accepted(ContentId cid, NodeId publisher, String locator, int ttlSeconds, long position);

    /** A record that a peer wanted held was not taken. */
    void rejected(ErrorCode code, String detail);

    /** How this node stands among others changed. */
    void bootstrap(Input.Surroundings is);

    /** Tells nobody. */
    News NONE = new News() {
        @Override
        public void lookedUp(LookupRecord lookup) {}

        @Override
        public void accepted(ContentId cid, NodeId publisher, String locator, int ttlSeconds, long position) {}

        @Override
        public void rejected(ErrorCode code, String detail) {}

        @Override
        public void bootstrap(Input.Surroundings is) {}
    };
}
