package io.svcdht.node.kad;

/**
 * Whose a bucket's members are: autonomous systems where they are known, else blocks of addresses.
 *
 * @param judged members at public addresses; the rest are nobody's
 * @param owners how many there are
 * @param entropyBits of their shares of the judged ones
 * @param percentMax of the whole bucket that the largest holds
 * @param largestAsn its number, 0 = none, or a block of addresses
 * @param size members, judged or not
 */
public record BucketMix(int judged, int owners, double entropyBits, int percentMax, long largestAsn, int size) {
    public static final BucketMix EMPTY = new BucketMix(0, 0, 0, 0, 0, 0);

    /** Whether there are enough to call it poor. */
    public boolean isJudged() {
        return judged >= TableRules.ASN_JUDGED_FROM;
    }

    /** Whether a bucket of this mix could not have come about by the rules. */
    public boolean breaks(int asnPercentMax, double asnEntropyMin) {
        return isJudged() && (percentMax > asnPercentMax || entropyBits < asnEntropyMin);
    }
}
