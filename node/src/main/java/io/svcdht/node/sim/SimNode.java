package io.svcdht.node.sim;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.peering.Peering;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress.Ip4;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node of the world: the real machine, its records, and what the world knows of it. */
final class SimNode {
    /** 10.0.0.0/8: the rest of the address is the node's number. */
    private static final int NETWORK = 10 << 24;

    private static final int PORT = 5302;
    /** When the world begins, for clocks. */
    static final long EPOCH_MILLIS = 1_700_000_000_000L;

    final int number;
    final Peer peer;
    final SimRecords records;
    /** Null if it journals nothing. */
    final @Nullable SimJournal journal;

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

    SimNode(World world, int number, PeeringSettings settings, SplitMix luck, boolean journals) {
        this(
                world,
                number,
                stranger(number, luck),
                settings,
                luck,
                journals ? new MemoryJournal(SimEngine.EVENTS_MAX) : null);
    }

    /** The same node once more, with nothing but its keys and its journal. */
    SimNode(World world, SimNode killed, MemoryJournal journal, PeeringSettings settings, SplitMix luck) {
        this(world, killed.number, killed.peer, settings, luck, journal);
    }

    private SimNode(
            World world,
            int number,
            Peer peer,
            PeeringSettings settings,
            SplitMix luck,
            @Nullable MemoryJournal journal) {
        this.number = number;
        this.peer = peer;
        this.does = action -> world.carryOut(this, action);
        SimEngine engine = journal == null ? null : new SimEngine(world, this, journal);
        this.records = engine == null ? new HeldRecords(this) : engine;
        this.peering = new Peering(peer.id(), settings, records, luck.split());
        this.journal = engine == null ? null : new SimJournal(world, this, engine, peering.table());
    }

    private static Peer stranger(int number, SplitMix luck) {
        NodeKeys keys = NodeKeys.classical(luck.key());
        return Peer.of(new Contact(keys, List.of(new Ip4(NETWORK | number, PORT)), 0));
    }

    /** The number of the node at this peer's address, whoever the peer claims to be. */
    static int numberAt(Peer peer) {
        return ((Ip4) peer.contact().addr()).bits() & 0xffffff;
    }

    long wallMillis(long nowNanos) {
        return EPOCH_MILLIS + clockOffMillis + nowNanos / 1_000_000;
    }
}
