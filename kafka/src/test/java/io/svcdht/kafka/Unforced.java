package io.svcdht.kafka;

import io.svcdht.node.shipping.Cargo;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.TraceLog;

/** A node whose medium takes its time: nothing becomes durable because somebody asks. */
record Unforced(TestNode of) implements Cargo {
    @Override
    public NodeId node() {
        return of.node();
    }

    @Override
    public long nowMillis() {
        return of.nowMillis();
    }

    @Override
    public long epoch() {
        return of.epoch();
    }

    @Override
    public JournalSource journal() {
        return of.journal();
    }

    @Override
    public long durablePosition() {
        return of.durablePosition();
    }

    @Override
    public void force() {}

    @Override
    public TraceLog traces() {
        return of.traces();
    }

    @Override
    public Card card() {
        return of.card();
    }
}
