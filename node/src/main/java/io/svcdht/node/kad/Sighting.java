package io.svcdht.node.kad;

/**
 * A member of the routing table as it was last seen: journaled facts and observations.
 *
 * @param bucket bits its id shares with ours
 * @param answering whether it answered in this run, with nothing to the contrary since
 * @param suspect whether a request to it ran out
 * @param heardNanosAgo since its last word, -1 = none in this run
 * @param rttNanos smoothed round trip, 0 = not measured
 * @param failedPings in a row
 */
public record Sighting(
        Peer peer,
        int bucket,
        boolean answering,
        boolean suspect,
        long heardNanosAgo,
        long rttNanos,
        int failedPings) {}
