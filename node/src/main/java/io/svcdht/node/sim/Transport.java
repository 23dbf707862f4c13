package io.svcdht.node.sim;

import java.util.Locale;

/** What a first word to somebody costs. */
public enum Transport {
    /** Everybody is connected already, or was lately: one round trip a leg. */
    WARM,
    /** A stranger costs a TCP and a TLS handshake, two round trips more; members of the own table are connected. */
    COLD,
    /** Strangers are asked in the first datagram, and handshakes ride along. */
    ONE_ROUND_TRIP,
    /** The same, but one node in twenty gets no datagrams: after a quarter of a second it is asked over a stream. */
    SOME_BLOCKED;

    /** As one writes it on the command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
