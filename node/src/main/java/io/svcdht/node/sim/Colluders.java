package io.svcdht.node.sim;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.peering.Request;
import io.svcdht.node.peering.Response;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;

/** Nodes that work together to hide records: they know each other, name nobody else, and store nothing they answer. */
final class Colluders {
    private static final int NAMED = 20;

    private final List<Peer> peers = new ArrayList<>();
    private boolean forging;

    void add(SimNode node) {
        peers.add(node.peer);
    }

    /** Whether they also claim ids that are not theirs, right beside what is looked for. */
    void forge(boolean on) {
        forging = on;
    }

    Response answer(Request request, Response honest) {
        return switch (request) {
            case Request.Ping ping -> honest;
            case Request.Provide provide -> honest;
            case Request.FindNode(Key target) -> new Response.Contacts(named(target));
            case Request.FindValue(Key key) -> new Response.Values(List.of(forged(key)), named(key));
        };
    }

    private List<Peer> named(Key target) {
        List<Peer> closest = new ArrayList<>(peers);
        closest.sort((a, b) -> Distance.compare(target, a.key(), b.key()));
        List<Peer> named = new ArrayList<>(closest.subList(0, Math.min(NAMED, closest.size())));
        if (forging) {
            for (int i = 0; i < named.size(); i++) {
                Key beside = new Key(target.w0(), target.w1(), target.w2(), target.w3() ^ i + 1);
                named.set(i, new Peer(new NodeId(beside), named.get(i).contact()));
            }
        }
        return named;
    }

    private ProviderRecord forged(Key key) {
        return new ProviderRecord(
                ContentId.of(key), peers.getFirst().id(), SimRecords.FORGED, List.of(), 600, SimNode.EPOCH_MILLIS);
    }
}
