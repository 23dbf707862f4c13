package io.svcdht.node.http;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.svcdht.node.Node;
import io.svcdht.node.Tracing;
import io.svcdht.node.config.Role;
import io.svcdht.node.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the requests of one event loop share. Answers of the engine come from its own thread, a whole group at once:
 * they are stacked here, and the loop is woken once for all of them.
 */
final class Loop {
    /** An answer on its way to the loop; a link of the stack itself. */
    abstract static class Delivery {
        private @Nullable Delivery below;

        /** Runs on the event loop. */
        abstract void deliver();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final Vertx vertx;
    private final Context context;
    private final Node node;
    private final Metrics metrics;
    private final HttpLimits limits;
    private final Doors doors;
    private final Streams streams;
    private final HttpQuotas quotas;
    private final Tracing tracing;
    private final Map<HttpConnection, HttpQuotas.Caller> callers = new HashMap<>();
    private final NoArgGenerator ids =
            Generators.timeBasedEpochRandomGenerator(new Random(new SecureRandom().nextLong()));
    private final FindAnswer finds;
    private final RoutingRecords routingRecords;
    private final AtomicReference<@Nullable Delivery> stack = new AtomicReference<>();

    Loop(
            Vertx vertx,
            Context context,
            Node node,
            Metrics metrics,
            HttpLimits limits,
            Doors doors,
            Streams streams,
            HttpQuotas quotas,
            Tracing tracing) {
        this.tracing = tracing;
        this.quotas = quotas;
        this.vertx = vertx;
        this.context = context;
        this.node = node;
        this.metrics = metrics;
        this.limits = limits;
        this.doors = doors;
        this.streams = streams;
        this.finds = new FindAnswer(node.id());
        this.routingRecords = new RoutingRecords(node);
    }

    Vertx vertx() {
        return vertx;
    }

    Context context() {
        return context;
    }

    Node node() {
        return node;
    }

    Metrics metrics() {
        return metrics;
    }

    HttpLimits limits() {
        return limits;
    }

    Doors doors() {
        return doors;
    }

    Tracing tracing() {
        return tracing;
    }

    HttpQuotas quotas() {
        return quotas;
    }

    /** Who calls over each connection of this loop, where somebody counts. */
    Map<HttpConnection, HttpQuotas.Caller> callers() {
        return callers;
    }

    Streams streams() {
        return streams;
    }

    /** Writes the answers of finds, one after the other. */
    FindAnswer finds() {
        return finds;
    }

    /** Tells clients of IPFS what is found. */
    RoutingRecords routingRecords() {
        return routingRecords;
    }

    /** The least role for a route as the settings are now, null = anybody. */
    @Nullable
    Role roleFor(Route route) {
        boolean open =
                route.path().startsWith(DelegatedRoutes.PREFIX) && node.config().publicRouting();
        return open ? null : route.role();
    }

    /** A UUIDv7. It names a lookup and is no secret, so a plain generator of numbers will do. */
    UUID lookupId() {
        return ids.generate();
    }

    /** Hands an answer to the event loop; from any thread. */
    void deliver(Delivery d) {
        while (true) {
            Delivery top = stack.get();
            d.below = top;
            if (stack.compareAndSet(top, d)) {
                if (top == null) {
                    wake();
                }
                return;
            }
        }
    }

    private void wake() {
        try {
            context.runOnContext(v -> drain());
        } catch (RejectedExecutionException e) {
            // The loop has ended and its connections with it; the engine, whose thread this is, must not care.
            LOG.debug("Answers came after the server had stopped");
        }
    }

    private void drain() {
        Delivery d = reversed(stack.getAndSet(null));
        while (d != null) {
            Delivery next = d.below;
            d.below = null;
            d.deliver();
            d = next;
        }
    }

    /** First in, first out: the stack turned over. */
    private static @Nullable Delivery reversed(@Nullable Delivery top) {
        Delivery first = null;
        Delivery d = top;
        while (d != null) {
            Delivery below = d.below;
            d.below = first;
            first = d;
            d = below;
        }
        return first;
    }
}
