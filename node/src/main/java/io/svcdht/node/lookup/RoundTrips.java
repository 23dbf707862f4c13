package io.svcdht.node.lookup;

import io.svcdht.node.kad.Peer;

/** What is known of how long answers take. */
public interface RoundTrips {
    /** What 95 of 100 answers of this peer stay below, nanoseconds; for strangers, what recent strangers took. */
    long p95Nanos(Peer peer);

    /** Past this the peer is slow, nanoseconds, and another is worth asking. */
    long slowNanos(Peer peer);
}
