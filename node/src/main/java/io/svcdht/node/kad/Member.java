package io.svcdht.node.kad;

/** One place in a bucket: journaled facts (who, verified) and observations (the rest), which a restart forgets. */
final class Member {
    /** Never heard since the start. */
    static final long NEVER = Long.MIN_VALUE;

    Peer peer;
    /** Whether it answered us under its id, in this run. */
    boolean verified;

    long heardAtNanos = NEVER;
    /** When it was first heard in this membership or the waiting before it. */
    long sinceNanos = NEVER;
    /** Pings in a row that nobody answered. */
    int failedPings;
    /** A request to it ran out; not passed on to others until it is heard again. */
    boolean suspect;
    /** A ping is on its way, or due. */
    boolean probing;

    private long srttNanos;
    private long rttVarNanos;

    Member(Peer peer) {
        this.peer = peer;
    }

    /** Smoothed as TCP does it (RFC 6298, section 2). */
    void measured(long rttNanos) {
        if (srttNanos == 0) {
            srttNanos = rttNanos;
            rttVarNanos = rttNanos / 4;
        } else {
            rttVarNanos += (Math.abs(srttNanos - rttNanos) - rttVarNanos) / 4;
            srttNanos += (rttNanos - srttNanos) / 8;
        }
    }

    /** Smoothed round trip, 0 = not measured. */
    long rttNanos() {
        return srttNanos;
    }

    /** What 95 of 100 round trips stay below, about; 0 = not measured. */
    long rttP95Nanos() {
        return srttNanos + 2 * rttVarNanos;
    }

    /** Past this it is slow; 0 = not measured. */
    long rttSlowNanos() {
        return srttNanos + rttVarNanos;
    }

    void wasHeard(long nowNanos) {
        heardAtNanos = nowNanos;
        sinceNanos = sinceNanos == NEVER ? nowNanos : sinceNanos;
        failedPings = 0;
        suspect = false;
        probing = false;
    }

    /** Whether one may send others to it. */
    boolean answering() {
        return verified && !suspect;
    }
}
