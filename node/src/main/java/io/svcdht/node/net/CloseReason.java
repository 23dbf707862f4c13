package io.svcdht.node.net;

/** Why a connection ended, and what that means for the requests that wait on it. A closed set, for metrics. */
public enum CloseReason {
    /** The other side ended it, or the way to it broke. */
    Remote(Failure.Closed),
    /** Nothing was said for long. */
    Idle(Failure.Closed),
    /** It made room for another. */
    Evicted(Failure.Closed),
    /** The same peer has a newer one. */
    Replaced(Failure.Closed),
    /** TLS, protocol or certificate. */
    Handshake(Failure.HandshakeFailed),
    /** No greeting in time, or none that can be read. */
    BadHello(Failure.HandshakeFailed),
    WrongNetwork(Failure.WrongNetwork),
    WrongPeer(Failure.WrongPeer),
    /** Bytes that cannot be followed, or too many frames that are refused. */
    BadFrame(Failure.BadReply),
    /** A frame that does not end. */
    Trickle(Failure.Closed),
    /** The peer does not read what it asked for. */
    StopsReading(Failure.Closed),
    /** Several requests in turn ran out of time and not a byte came. */
    Silent(Failure.Timeout),
    /** Far more requests than allowed. */
    Flood(Failure.Closed),
    /** The peer or its address was banned. */
    Banned(Failure.Banned),
    Stopped(Failure.Stopped);

    private final Failure failure;

    CloseReason(Failure failure) {
        this.failure = failure;
    }

    /** What a request that waits on the connection comes to. */
    public Failure failure() {
        return failure;
    }
}
