package io.svcdht.node.sim;

/** What a first word to somebody costs. */
public enum Transport {
    /** Everybody is connected already, or was lately: one round trip a leg. */
    WARM,
    /** A stranger costs a TCP and a TLS handshake, two round trips more; members of the own table are connected. */
    COLD,
    /** Strangers are asked in the first datagram, and handshakes ride along. */
    ONE_ROUND_TRIP
}
