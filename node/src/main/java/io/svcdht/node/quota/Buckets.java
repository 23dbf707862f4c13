package io.svcdht.node.quota;

import io.svcdht.storage.bounded.BoundedMap;
import java.util.Map;

/**
 * A bucket for each of many, of whom there may be more than anybody could keep: whoever was not asked about for longest is
 * forgotten first, and has long had a full bucket by then. Not for two threads at once.
 *
 * @param <K> whose bucket it is
 */
public final class Buckets<K> {
    private final double perSecond;
    private final double seconds;
    private final Map<K, Bucket> byOwner;

    /** @param ownersMax how many are kept; a bucket takes about 150 bytes */
    public Buckets(double perSecond, double seconds, int ownersMax) {
        this.perSecond = perSecond;
        this.seconds = seconds;
        this.byOwner = BoundedMap.byUse(ownersMax);
    }

    /** The owner's bucket, full if it was not asked for lately. */
    public Bucket of(K owner, long nowNanos) {
        return byOwner.computeIfAbsent(owner, k -> new Bucket(perSecond, seconds, nowNanos));
    }

    public int size() {
        return byOwner.size();
    }
}
