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
        long handshake = transport == Transport.COLD
                        && !from.peering.table().contains(call.to().id())
                ? 2 * rtt
                : 0;
        if (!to.alive || from.side != to.side || lost()) {
            runsOut(from, call);
        } else {
            world.at(world.nowNanos() + handshake + rtt / 2 + heldUp(), new SimEvent.Arrives(from, to, call));
        }
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
