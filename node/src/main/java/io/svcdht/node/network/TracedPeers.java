package io.svcdht.node.network;

import io.svcdht.node.Tracing;
import io.svcdht.node.net.PeerHandler;
import io.svcdht.node.wire.TraceContext;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.concurrent.CompletionStage;

/** What peers ask within a trace of theirs is a span of it. */
record TracedPeers(PeerHandler handler, Tracing tracing) implements PeerHandler {
    @Override
    public CompletionStage<? extends Response> answer(Caller caller, Request request) {
        TraceContext theirs = request.head().trace();
        if (theirs == null) {
            return handler.answer(caller, request);
        }
        Tracing.Span span = tracing.begin(Tracing.Kind.SERVER, request.opcode().name(), theirs)
                .note("dht.peer", caller.keys().id().text())
                .note("dht.hop", request.head().hop());
        return handler.answer(caller, request)
                .whenComplete((response, e) -> span.end(e != null || response instanceof Response.Refused));
    }

    @Override
    public void reachable(NodeKeys keys, PeerAddress at) {
        handler.reachable(keys, at);
    }
}
