package io.svcdht.node.peering;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.lookup.Leg;
import java.util.List;

/** A request on its way, as long as its answer is awaited. Whoever carries it out hands it back with what came of it. */
public final class Call {
    /** What the answer is for. */
    sealed interface Purpose {
        record ForLeg(Search search, Leg leg) implements Purpose {}

        record ForCheck() implements Purpose {}

        record ForWords(List<Handover.Parcel> parcels) implements Purpose {}
    }

    private final Peer to;
    private final Request request;
    private final Purpose purpose;
    private final long sentAtNanos;
    private final long timeoutNanos;
    /** Read by those who check answers as well: to see it late costs them a check. */
    private volatile boolean open = true;

    Call(Peer to, Request request, Purpose purpose, long sentAtNanos, long timeoutNanos) {
        this.to = to;
        this.request = request;
        this.purpose = purpose;
        this.sentAtNanos = sentAtNanos;
        this.timeoutNanos = timeoutNanos;
    }

    public Peer to() {
        return to;
    }

    public Request request() {
        return request;
    }

    public long sentAtNanos() {
        return sentAtNanos;
    }

    /** How long to wait for the answer. */
    public long timeoutNanos() {
        return timeoutNanos;
    }

    /** Depth of the path to the peer, own contacts = 1. */
    public int hop() {
        return purpose instanceof Purpose.ForLeg(var _, Leg leg) ? leg.hop() : 1;
    }

    /** The lookup it is a leg of: of one that nobody waits for below {@link PeeringInput#NOBODY_WAITS}, of none that. */
    public long ticket() {
        return purpose instanceof Purpose.ForLeg(Search search, var _) ? search.ticket : PeeringInput.NOBODY_WAITS;
    }

    /** Notes what carried the answer, for the trace. */
    public void came(Leg.Way by) {
        if (purpose instanceof Purpose.ForLeg(var _, Leg leg)) {
            leg.came(by);
        }
    }

    Purpose purpose() {
        return purpose;
    }

    public boolean open() {
        return open;
    }

    /** False if it was closed already: an answer nobody waits for. */
    boolean close() {
        boolean was = open;
        open = false;
        return was;
    }
}
