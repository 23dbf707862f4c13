package io.svcdht.console.web;

import io.svcdht.console.view.LiveFigures;
import io.svcdht.node.Node;

/** What open pages of one node are told. */
record NodeFigures(LiveFigures of) implements LiveFeed.Figures {
    static NodeFigures of(Node node) {
        return new NodeFigures(LiveFigures.of(node));
    }

    @Override
    public long position() {
        return of.position();
    }

    @Override
    public long sampledMillis() {
        return of.sampledMillis();
    }

    @Override
    public String json(long missed) {
        return of.json(missed);
    }
}
