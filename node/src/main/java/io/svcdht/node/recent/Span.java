package io.svcdht.node.recent;

/** What a sample has as a distribution: times in nanoseconds, and hops. */
public enum Span {
    /** From the request to the answer of a find, local ones included. */
    FIND,
    /** The same of finds that asked other nodes, however they ended. */
    SEARCH,
    /** Depth at which a find over the network ended. */
    HOPS,
    /** Adding one event to the journal, without a force. */
    APPEND,
    /** Forcing the journal to the medium. */
    SYNC
}
