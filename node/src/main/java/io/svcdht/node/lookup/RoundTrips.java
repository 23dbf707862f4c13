package io.svcdht.node.lookup;

import io.svcdht.node.kad.Peer;

/** What is known of how long answers take. */
@FunctionalInterface
public interface RoundTrips {
    /** What 95 of 100 answers of this peer stay below, nanoseconds; for strangers, what recent strangers took. */
    long p95Nanos(Peer peer);
}
