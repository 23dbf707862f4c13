package io.svcdht.storage.state;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The fold of the journal up to a position. Only {@link Fold} changes it, on one thread; {@link #providers()} may be
 * read from any.
 */
public final class State {
    final ProviderIndex index = new ProviderIndex();
    final ExpiryWheel wheel = new ExpiryWheel();

    private final AtomicLong position = new AtomicLong();
    private final AtomicLong instantMillis = new AtomicLong();
    private volatile @Nullable NodeId node;
    private volatile Routing routing = Routing.NONE;

    /** Position of the last event folded in, 0 = none. */
    public long position() {
        return position.getAcquire();
    }

    /** Instant of the last event folded in, milliseconds since the epoch. */
    public long instantMillis() {
        return instantMillis.getAcquire();
    }

    /** Whose journal this is, as its last start said. */
    public @Nullable NodeId node() {
        return node;
    }

    public ProviderView providers() {
        return index;
    }

    /** Contacts and bans, as the last event left them. */
    public Routing routing() {
        return routing;
    }

    /** What runs out at or before the given instant, in the order to expire it. For the writer's thread. */
    public List<StoredRecord> due(long nowMillis, int limit) {
        return wheel.due(nowMillis, limit);
    }

    /** BLAKE3-256 over the journaled state in key order, see {@link StateDigest}. For the writer's thread. */
    public Key digest() {
        return StateDigest.of(this);
    }

    void foldedIn(long newPosition, long newInstantMillis) {
        position.setRelease(newPosition);
        instantMillis.setRelease(newInstantMillis);
    }

    void startedAs(NodeId id) {
        node = id;
        routing = routing.startedAs(id);
    }

    void routed(Routing next) {
        routing = next;
    }
}
