package io.svcdht.node.sim;

import io.svcdht.node.engine.Input;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.kad.Sighting;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.TableJournal;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.State;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sees to it that the engine of a simulated node journals what its table does, and compares the two with a replay. */
final class SimJournal {
    private static final long BEAT_NANOS = 10 * World.SECOND;

    private final World world;
    private final SimNode owner;
    private final SimEngine engine;
    private final RoutingTable table;
    private final TableJournal tableJournal;

    SimJournal(World world, SimNode owner, SimEngine engine, RoutingTable table) {
        this.world = world;
        this.owner = owner;
        this.engine = engine;
        this.table = table;
        this.tableJournal = new TableJournal(table);
    }

    SimEngine engine() {
        return engine;
    }

    /** Takes up the contacts that the journal knows, and begins a run. */
    void begin() {
        engine.state().routing().contacts().forEach(k -> table.restore(Peer.of(k.contact())));
        engine.step(
                new Input.Start(engine.state().position() + 1, "simulated", owner.wallMillis(world.nowNanos()), true));
        engine.step(new Input.Surroundings(Readiness.READY, "simulated"));
        engine.step(new Input.Tick());
        world.in(BEAT_NANOS, this::beat);
    }

    private void beat() {
        if (owner.alive) {
            engine.step(new Input.Tick());
            tableJournal.sweep(world.nowNanos());
            tell();
            world.in(BEAT_NANOS, this::beat);
        }
    }

    /** What the node's peering did to its table. */
    void note(PeeringAction action) {
        switch (action) {
            case PeeringAction.TableGained(var change) -> tableJournal.gained(change, world.nowNanos());
            case PeeringAction.TableLost(var change) -> tableJournal.lost(change);
            case PeeringAction.TableDropped(var change) -> tableJournal.dropped(change);
            case PeeringAction.BucketRefreshed(int prefix, int heard) -> tableJournal.bucketRefreshed(prefix, heard);
            case PeeringAction.Send send -> {}
            case PeeringAction.Cancel cancel -> {}
            case PeeringAction.Found found -> {}
            case PeeringAction.Looked looked -> {}
            case PeeringAction.Published published -> {}
            case PeeringAction.Crowded crowded -> {}
            case PeeringAction.TableRefused refused -> {}
        }
    }

    /** Journals what was noted. */
    void tell() {
        List<RoutingEvent> events = tableJournal.take();
        if (!events.isEmpty()) {
            engine.step(new Input.Routed(events));
        }
    }

    /** Replays the journal beside the living state and the living table. */
    Replays replayed() {
        int[] marks = new int[2];
        State again = SimEngine.replay(engine.journal(), holds -> marks[holds ? 1 : 0]++);
        State living = engine.state();
        boolean same = engine.journal().firstPosition() == 1
                && again.position() == living.position()
                && again.digest().equals(living.digest());
        return new Replays(1, again.position(), marks[0] + marks[1], marks[0], same ? 0 : 1, isTold(again) ? 0 : 1);
    }

    /** Whether the replayed journal knows exactly those that are in the table. */
    private boolean isTold(State replayed) {
        Set<NodeId> members = new HashSet<>();
        for (Sighting s : table.sightings(world.nowNanos())) {
            members.add(s.peer().id());
        }
        Set<NodeId> known = new HashSet<>();
        replayed.routing().contacts().forEach(k -> known.add(k.contact().id()));
        return members.equals(known);
    }
}
