package io.svcdht.node.sim;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.peering.Peering;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress.Ip4;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node of the world: the real machine, its records, and what the world knows of it. */
final class SimNode {
    /** 10.0.0.0/8: the rest of the address is the node's number. */
    private static final int NETWORK = 10 << 24;

    /** 20.0.0.0/8 and on: public addresses, a block for each autonomous system. */
    private static final int PUBLIC = 20;

    private static final int BLOCKS = 64;
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

    SimNode(World world, int number, Peer peer, PeeringSettings settings, SplitMix luck, boolean journals) {
        this(world, number, peer, settings, luck, journals ? new MemoryJournal(SimEngine.EVENTS_MAX) : null);
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

    /**
     * Somebody nobody has heard of yet.
     *
     * @param asn its autonomous system, which has an address block of its own; 0 = a private address, which nobody judges
     * @param made the id for which its owner tried keys until one fell there, null = what luck gave
     */
    static Peer stranger(int number, SplitMix luck, int asn, @Nullable NodeId made) {
        NodeKeys keys = NodeKeys.classical(luck.key());
        // Turned over, so that neighbours by number are no neighbours by address.
        int address = asn == 0 ? NETWORK | number : PUBLIC + asn % BLOCKS << 24 | Integer.reverse(number) >>> 8;
        Contact contact = new Contact(keys, List.of(new Ip4(address, PORT)), asn);
        return made == null ? Peer.of(contact) : new Peer(made, contact);
    }

    /** The number of the node at this peer's address, whoever the peer claims to be. */
    static int numberAt(Peer peer) {
        int bits = ((Ip4) peer.contact().addr()).bits();
        return bits >>> 24 == NETWORK >>> 24 ? bits & 0xffffff : Integer.reverse(bits << 8);
    }

    long wallMillis(long nowNanos) {
        return EPOCH_MILLIS + clockOffMillis + nowNanos / 1_000_000;
    }
}
