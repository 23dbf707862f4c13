package io.svcdht.node.recent;

/** What a sample has as one number. */
public enum Figure {
    /** Finds answered, local ones included. */
    FINDS(Kind.COUNT),
    PROVIDES(Kind.COUNT),
    /** Finds that went over the network. */
    SEARCHES(Kind.COUNT),
    /** Those of them in which a slow leg gave its slot away. */
    SEARCHES_HEDGED(Kind.COUNT),
    HEDGES(Kind.COUNT),
    /** Events appended. */
    EVENTS(Kind.COUNT),
    /** HTTP requests answered. */
    REQUESTS(Kind.COUNT),
    /** Requests refused, for whatever reason. */
    REFUSALS(Kind.COUNT),
    ASKED_PING(Kind.COUNT),
    ASKED_FIND_NODE(Kind.COUNT),
    ASKED_FIND_VALUE(Kind.COUNT),
    ASKED_PROVIDE(Kind.COUNT),
    ASKED_NODE_RECORD(Kind.COUNT),
    ASKED_GET_ROOT(Kind.COUNT),
    SERVED_PING(Kind.COUNT),
    SERVED_FIND_NODE(Kind.COUNT),
    SERVED_FIND_VALUE(Kind.COUNT),
    SERVED_PROVIDE(Kind.COUNT),
    SERVED_NODE_RECORD(Kind.COUNT),
    SERVED_GET_ROOT(Kind.COUNT),
    /** Requests to peers that did not end well: refused, too late, not reached. */
    ASKED_IN_VAIN(Kind.COUNT),
    /** Inputs that wait for the engine. */
    QUEUE(Kind.LEVEL),
    /** Requests to peers under way. */
    INFLIGHT(Kind.LEVEL),
    HTTP_CONNECTIONS(Kind.LEVEL),
    PEER_CONNECTIONS(Kind.LEVEL),
    /** Own words that wait to be handed out. */
    UNPUBLISHED(Kind.LEVEL),
    /** Events that a power cut would take. */
    UNFORCED(Kind.LEVEL),
    RECORDS(Kind.LEVEL),
    CONTACTS(Kind.LEVEL),
    CONTACTS_LIVE(Kind.LEVEL),
    JOURNAL_BYTES(Kind.LEVEL),
    HEAP_BYTES(Kind.LEVEL);

    /** How a figure is to be read. */
    public enum Kind {
        /** How many there were since the sample before. */
        COUNT,
        /** How much there was when the sample was taken. */
        LEVEL
    }

    private final Kind kind;

    Figure(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
