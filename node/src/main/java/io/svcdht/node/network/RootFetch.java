package io.svcdht.node.network;

import io.svcdht.node.net.Reply;
import io.svcdht.node.net.Transport;
import io.svcdht.node.network.Words.Lacking;
import io.svcdht.node.trust.NodeRecordVerifier;
import io.svcdht.node.trust.Outcome.Accepted;
import io.svcdht.node.trust.RootVerifier;
import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Asks who handed us records for the roots they refer to, and a publisher for its whole key. What does not come is done
 * without: the record is then believed by its classical signature, as long as that is enough.
 */
final class RootFetch {
    /** Roots that are asked for because of one message. */
    static final int ROOTS_MAX = 4;

    private static final int PATIENCE_MILLIS = 1_000;

    private final Transport transport;
    private final RootVerifier roots;
    private final NodeRecordVerifier nodeRecords;
    private final Executor workers;
    private final LongSupplier clock;

    /** @param clock the node's, milliseconds since the epoch */
    RootFetch(
            Transport transport,
            RootVerifier roots,
            NodeRecordVerifier nodeRecords,
            Executor workers,
            LongSupplier clock) {
        this.transport = transport;
        this.roots = roots;
        this.nodeRecords = nodeRecords;
        this.workers = workers;
        this.clock = clock;
    }

    /** All roots there are then: what came, and what could be had. Never fails. */
    CompletableFuture<Map<Key, Encoded>> complete(Contact holder, List<Lacking> lacking, Map<Key, Encoded> came) {
        Map<Key, Encoded> all = new ConcurrentHashMap<>(came);
        CompletableFuture<?>[] asked = lacking.stream()
                .limit(ROOTS_MAX)
                .map(l -> l.keyAlone() ? key(holder, l) : root(holder, l, all))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(asked).handle((v, e) -> new HashMap<>(all));
    }

    private Request.Head head() {
        return new Request.Head(clock.getAsLong(), 0, PATIENCE_MILLIS, Request.Head.NO_LOOKUP);
    }

    private CompletableFuture<?> root(Contact holder, Lacking l, Map<Key, Encoded> all) {
        return transport
                .ask(holder, new Request.GetRoot(head(), l.root()), PATIENCE_MILLIS)
                .thenAccept(reply -> {
                    if (reply instanceof Reply.Answered a
                            && a.response() instanceof Response.Root(Key root, Encoded signatures)
                            && root.equals(l.root())) {
                        all.put(root, signatures);
                    }
                })
                .toCompletableFuture();
    }

    private CompletableFuture<?> key(Contact holder, Lacking l) {
        if (!holder.id().equals(l.publisher().id())) {
            return CompletableFuture.completedFuture(null);
        }
        return transport
                .ask(holder, new Request.NodeRecord(head()), PATIENCE_MILLIS)
                .thenAcceptAsync(
                        reply -> {
                            if (reply instanceof Reply.Answered a
                                    && a.response() instanceof Response.NodeRecord(Encoded record)
                                    && nodeRecords.verify(record.bytes(), holder.id(), null)
                                            instanceof Accepted<NodeRecord>(NodeRecord checked)) {
                                MlDsa87Key whole = checked.mlDsa87();
                                if (whole != null) {
                                    roots.learn(whole);
                                }
                            }
                        },
                        workers)
                .toCompletableFuture();
    }
}
