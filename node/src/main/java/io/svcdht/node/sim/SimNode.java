package io.svcdht.node.sim;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.peering.Peering;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress.Ip4;
import java.util.List;
import java.util.function.Consumer;

/** One node of the world: the real machine, its records, and what the world knows of it. */
final class SimNode {
    /** 10.0.0.0/8: the rest of the address is the node's number. */
    private static final int NETWORK = 10 << 24;

    private static final int PORT = 5302;
    /** When the world begins, for clocks. */
    static final long EPOCH_MILLIS = 1_700_000_000_000L;

    final int number;
    final Peer peer;
    final HeldRecords records;
    final Peering peering;
    /** Carries out what it wants done. */
    final Consumer<PeeringAction> does;
    /** Its turn to be woken, whenever that is. */
    final SimEvent.Wakes wakes = new SimEvent.Wakes(this);

    boolean alive = true;
    boolean colludes;
    /** Which part of a split network it is in. */
    int side;
    /** In which part it was when the network was last split. */
    int lastSide;
    /** How far its clock is off. */
    long clockOffMillis;
    /** Its place among those that live. */
    int place;
    /** When it is to be woken next. */
    long wakeAtNanos = Long.MAX_VALUE;

    SimNode(World world, int number, PeeringSettings settings, SplitMix luck) {
        this.number = number;
        NodeKeys keys = NodeKeys.classical(luck.key());
        this.peer = Peer.of(new Contact(keys, List.of(new Ip4(NETWORK | number, PORT)), 0));
        this.does = action -> world.carryOut(this, action);
        this.records = new HeldRecords(this);
        this.peering = new Peering(peer.id(), settings, records, luck.split());
    }

    /** The number of the node at this peer's address, whoever the peer claims to be. */
    static int numberAt(Peer peer) {
        return ((Ip4) peer.contact().addr()).bits() & 0xffffff;
    }

    long wallMillis(long nowNanos) {
        return EPOCH_MILLIS + clockOffMillis + nowNanos / 1_000_000;
    }
}
