package io.svcdht.node.sim;

import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Response;
import io.svcdht.storage.model.NodeId;

/**
 * Carries messages: who is dead, cut off or unlucky is not reached, and whoever asked waits for its time-out. A time-out
 * is only entered into the queue once it is certain to come.
 */
final class SimNetwork {
    /** TCP's handshake and that of TLS 1.3. */
    private static final int STREAM_ROUND_TRIPS = 2;
    /** How long a node waits for the answer to a first datagram before it tries a stream. */
    private static final long PATIENCE_NANOS = 250 * World.MILLI;

    private static final int BLOCKED_ONE_IN = 20;

    private final World world;
    private final RoundTripModel roundTrips;
    private final SplitMix luck;

    /** What strangers cost. */
    Transport transport = Transport.WARM;
    /** Chance that a message is lost, each way. */
    double loss;
    /** Chance that a message is held up by up to a second, and so overtaken. */
    double reordering;

    long messages;

    SimNetwork(World world, long seed, SplitMix luck) {
        this.world = world;
        this.roundTrips = new RoundTripModel(seed);
        this.luck = luck;
    }

    void send(SimNode from, Call call) {
        messages++;
        SimNode to = world.node(SimNode.numberAt(call.to()));
        long rtt = roundTrips.nanos(from.number, to.number, luck);
        long handshake = from.peering.table().contains(call.to().id()) ? 0 : handshake(to, rtt);
        if (!to.alive || from.side != to.side || lost()) {
            runsOut(from, call);
        } else {
            world.at(world.nowNanos() + handshake + rtt / 2 + heldUp(), new SimEvent.Arrives(from, to, call));
        }
    }

    /** What it takes until a stranger reads the question, beyond its way there. */
    private long handshake(SimNode to, long rtt) {
        return switch (transport) {
            case WARM, ONE_ROUND_TRIP -> 0;
            case COLD -> STREAM_ROUND_TRIPS * rtt;
            case SOME_BLOCKED ->
                (SplitMix.mix(to.number) >>> 1) % BLOCKED_ONE_IN == 0
                        ? Math.max(PATIENCE_NANOS, 2 * rtt) + STREAM_ROUND_TRIPS * rtt
                        : 0;
        };
    }

    void arrives(SimEvent.Arrives e) {
        SimNode from = e.from();
        SimNode to = e.to();
        if (!to.alive || from.side != to.side) {
            runsOut(from, e.call());
            return;
        }
        Response response = world.answerOf(to, from, e.call().request());
        long back = world.nowNanos() + roundTrips.nanos(from.number, to.number, luck) / 2 + heldUp();
        if (lost() || back > deadline(e.call())) {
            runsOut(from, e.call());
        } else {
            NodeId proven = to.peer.id();
            world.at(back, new SimEvent.Returns(from, e.call(), proven, response));
        }
    }

    void returns(SimEvent.Returns e) {
        if (e.to().alive && e.call().open()) {
            world.step(e.to(), new PeeringInput.Answered(e.call(), e.proven(), e.response()));
        }
    }

    void ranOut(SimEvent.RunsOut e) {
        if (e.from().alive && e.call().open()) {
            world.step(e.from(), new PeeringInput.TimedOut(e.call()));
        }
    }

    private void runsOut(SimNode from, Call call) {
        world.at(Math.max(world.nowNanos(), deadline(call)), new SimEvent.RunsOut(from, call));
    }

    private static long deadline(Call call) {
        return call.sentAtNanos() + call.timeoutNanos();
    }

    private boolean lost() {
        return loss > 0 && luck.unit() < loss;
    }

    private long heldUp() {
        return reordering > 0 && luck.unit() < reordering ? (long) (luck.unit() * 1e9) : 0;
    }
}
