package io.svcdht.node.shipping;

import io.svcdht.node.Node;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.TraceLog;
import java.util.Locale;

/** Of a node in this process. */
public record NodeCargo(Node of, String http) implements Cargo {
    @Override
    public NodeId node() {
        return of.id();
    }

    @Override
    public long nowMillis() {
        return of.nowMillis();
    }

    @Override
    public long epoch() {
        return of.status().epoch();
    }

    @Override
    public JournalSource journal() {
        return of.journal();
    }

    @Override
    public long durablePosition() {
        return of.status().durablePosition();
    }

    @Override
    public void force() {
        of.submit(new Input.Force(ReplyTo.nobody()));
    }

    @Override
    public TraceLog traces() {
        return of.traces();
    }

    @Override
    public Card card() {
        Node.Status s = of.status();
        return new Card(
                of.build().version(),
                of.build().git(),
                of.config().network().networkId(),
                http,
                s.records(),
                of.routing().contacts().size(),
                s.readiness().name().toLowerCase(Locale.ROOT));
    }
}
