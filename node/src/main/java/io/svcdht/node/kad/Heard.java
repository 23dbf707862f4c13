package io.svcdht.node.kad;

/** What became of word from a peer. */
public sealed interface Heard {
    /** It is a member now. */
    record Inserted(Peer peer) implements Heard {}

    /** It was a member, and is the most recently seen one now. */
    record Refreshed(Peer peer) implements Heard {}

    /** It took the place of a member that served the bucket less well. */
    record Replaced(Peer evicted, Peer peer, Better why) implements Heard {}

    /**
     * It waits in the replacement cache; whether it gets in depends on whether {@code ping} answers: the oldest member, or
     * the newcomer itself where its network is rare in the bucket.
     */
    record Pending(Peer ping) implements Heard {}

    /** It is no member. */
    record Refused(Reason reason) implements Heard {}

    /** Why a peer was preferred. */
    enum Better {
        /** Its autonomous system is rarer in the bucket. */
        RARER_ASN,
        /** It lies in a part of the bucket where fewer members are. */
        EMPTIER_SLOT,
        /** It is much nearer in time than a member of the same part. */
        LOWER_RTT
    }

    /** Why a peer was not taken. */
    enum Reason {
        /** It has our own id. */
        OURSELVES,
        /** Its autonomous system holds its share of the bucket already. */
        ASN_CAP,
        /** Its network holds its share of the bucket already. */
        NETWORK_CAP,
        /** The bucket is full of members that are well; it waits in the replacement cache. */
        FULL
    }
}
