package io.svcdht.node.kad;

/**
 * What a routing table is made to.
 *
 * @param k members of a bucket, and as many in its replacement cache
 * @param spreadBits over how many id bits behind the bucket's own prefix the places of a full bucket are spread, 0 … 4;
 *     0 = first come, first kept
 * @param preferLowRtt whether a much nearer peer may take the place of a member of the same part
 * @param asnPercentMax largest share of one autonomous system in a bucket of {@value #ASN_JUDGED_FROM} or more
 * @param perNetworkMax members of one bucket from one /24 or /48
 * @param asnEntropyMin who makes the mix of such a bucket poorer than this is not taken, bits
 */
public record TableRules(
        int k, int spreadBits, boolean preferLowRtt, int asnPercentMax, int perNetworkMax, double asnEntropyMin) {
    /** Buckets with fewer members than this have any mix of autonomous systems. */
    public static final int ASN_JUDGED_FROM = 8;

    /** Any mix will do, as long as no autonomous system has more than its share. */
    public TableRules(int k, int spreadBits, boolean preferLowRtt, int asnPercentMax, int perNetworkMax) {
        this(k, spreadBits, preferLowRtt, asnPercentMax, perNetworkMax, 0);
    }

    public TableRules {
        if (k < 1 || k > 64) {
            throw new IllegalArgumentException("k = %d is outside 1…64".formatted(k));
        }
        if (spreadBits < 0 || spreadBits > 4) {
            throw new IllegalArgumentException("%d spread bits are outside 0…4".formatted(spreadBits));
        }
    }

    /** The rules of a node that was told nothing else. */
    public static TableRules standard() {
        return new TableRules(20, 4, true, 40, 2, 1.5);
    }
}
