package io.svcdht.node.sim;

import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.Response;
import io.svcdht.storage.model.NodeId;

/** What can happen in the world. */
sealed interface SimEvent {
    /** A request reaches a node. */
    record Arrives(SimNode from, SimNode to, Call call) implements SimEvent {}

    /** An answer reaches who asked. */
    record Returns(SimNode to, Call call, NodeId proven, Response response) implements SimEvent {}

    /** Who asked has waited long enough. */
    record RunsOut(SimNode from, Call call) implements SimEvent {}

    /** A node wanted to be woken. */
    record Wakes(SimNode node) implements SimEvent {}

    /** The scenario does something. */
    record Happens(Runnable what) implements SimEvent {}
}
