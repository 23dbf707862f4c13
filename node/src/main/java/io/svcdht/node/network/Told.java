package io.svcdht.node.network;

import io.svcdht.node.engine.Input;
import io.svcdht.node.peering.Readiness;
import io.svcdht.storage.event.DhtEvent;
import java.util.List;

/** What the engine is told of how this node stands among others. */
final class Told {
    private Told() {}

    static Input.Surroundings of(Readiness.State state) {
        return switch (state) {
            case Readiness.State.Booting(List<String> missing) ->
                new Input.Surroundings(DhtEvent.Readiness.BOOTING, String.join("; ", missing));
            case Readiness.State.Ready(String reason) -> new Input.Surroundings(DhtEvent.Readiness.READY, reason);
            case Readiness.State.Degraded(List<String> missing) ->
                new Input.Surroundings(DhtEvent.Readiness.DEGRADED, String.join("; ", missing));
        };
    }
}
