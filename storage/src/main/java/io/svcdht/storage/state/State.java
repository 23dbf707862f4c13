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
    final RecordStore store;
    final Roots roots;

    private final AtomicLong position;
    private final AtomicLong instantMillis;
    private volatile @Nullable NodeId node;
    private volatile Routing routing;

    /**
     * The state before all events.
     *
     * @param store an empty one
     */
    public State(RecordStore store) {
        this(store, 0, 0, null, Routing.NONE, new Roots());
    }

    /**
     * The state behind the event at {@code position}.
     *
     * @param store with the records as they stand there
     * @param instantMillis of that event
     * @param node whose journal it is, null = no start among the events so far
     * @param roots this state's own, for it changes them
     */
    public State(
            RecordStore store, long position, long instantMillis, @Nullable NodeId node, Routing routing, Roots roots) {
        this.store = store;
        this.roots = roots;
        this.position = new AtomicLong(position);
        this.instantMillis = new AtomicLong(instantMillis);
        this.node = node;
        this.routing = routing;
    }

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
        return store;
    }

    /** Contacts and bans, as the last event left them. */
    public Routing routing() {
        return routing;
    }

    /** The roots that records refer to, with the keys behind them; may be read from any thread. */
    public RootView roots() {
        return roots;
    }

    /** What runs out at or before the given instant, in the order to expire it. For the writer's thread. */
    public List<StoredRecord> due(long nowMillis, int limit) {
        return store.due(nowMillis, limit);
    }

    /** See {@link RecordStore#foresee}. */
    public void foresee(Key[] keys, int count) {
        store.foresee(keys, count);
    }

    /** BLAKE3-256 over the journaled state in key order, see {@link StateDigest}. For the writer's thread. */
    public Key digest() {
        return StateDigest.of(store, routing, roots);
    }

    /** Lets go of what the store holds on to; nobody may read it any more. */
    public void close() {
        store.close();
    }

    void foldedIn(long newPosition, long newInstantMillis) {
        store.folded(newPosition, newInstantMillis, node);
        position.setRelease(newPosition);
        instantMillis.setRelease(newInstantMillis);
    }

    void takenBack(Before before) {
        node = before.node();
        routing = before.routing();
        position.setRelease(before.position());
        instantMillis.setRelease(before.instantMillis());
    }

    void startedAs(NodeId id) {
        node = id;
        routing = routing.startedAs(id);
    }

    void routed(Routing next) {
        routing = next;
    }
}
