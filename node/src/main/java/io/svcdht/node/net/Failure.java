package io.svcdht.node.net;

/** Why a request has no answer. A closed set: it labels metrics and legs of a trace. */
public enum Failure {
    /** No address of the peer may be dialled under the address policy. */
    AddressRefused,
    /** This node has a ban on the peer or its address. */
    Banned,
    /** The proxy cannot be reached, will not, or does not speak SOCKS5. */
    ProxyFailed,
    /** Nobody listens, or no way leads there. */
    Unreachable,
    /** No connection in time. */
    DialTimeout,
    /** Somebody listens who is no node: no TLS 1.3, no such protocol, no certificate of a node. */
    HandshakeFailed,
    /** A node, but not the one asked for. */
    WrongPeer,
    /** The address leads back to this node. */
    Ourselves,
    /** A node of another network, or of versions this one does not speak. */
    WrongNetwork,
    /** The peer has as many requests as it takes, or does not read. */
    Busy,
    /** As many connections as allowed, none of which can go. */
    NoRoom,
    /** A connection, but no answer in time. */
    Timeout,
    /** The connection ended before the answer. */
    Closed,
    /** An answer that is none. */
    BadReply,
    /** This node is stopping. */
    Stopped
}
