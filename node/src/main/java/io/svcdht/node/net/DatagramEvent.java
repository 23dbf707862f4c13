package io.svcdht.node.net;

import java.util.Locale;

/** What is counted of datagrams. A closed set: it labels a metric. */
public enum DatagramEvent {
    /** We began a conversation; one that is sent again counts once. */
    INIT_SENT,
    /** Somebody began one with us, and was answered. */
    INIT_SERVED,
    /** Somebody was sent a cookie instead. */
    COOKIE_SENT,
    /** We were sent one. */
    COOKIE_RECEIVED,
    /** Somebody began one while too many did, and was not looked at. */
    SHED,
    /** An answer of ours did not fit one datagram. */
    CUT,
    /** A request went over a stream after all. */
    FALLBACK,
    /** A datagram that is none, or not for us, or a replay. */
    JUNK;

    /** As a label. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
