package io.svcdht.node.http;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import io.svcdht.node.Network;
import io.svcdht.node.Network.Found;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.Node;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.view.Json;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.trace.LookupRecord.Asker;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests on the event bus of the process (contracts §8) as the HTTP API does: JSON objects in and out. A
 * request that fails is answered with a {@code ReplyException}: the HTTP status, and the error's code and a sentence.
 */
public final class BusDoor {
    public static final String FIND_PROVIDERS = "ron.dht.find_providers";
    public static final String FIND_NODE = "ron.dht.find_node";
    public static final String PROVIDE = "ron.dht.provide";

    private static final Logger LOG = LoggerFactory.getLogger(BusDoor.class);
    private static final TimeBasedEpochRandomGenerator LOOKUP_IDS = Generators.timeBasedEpochRandomGenerator();
    private static final long MILLI = 1_000_000L;

    private final Node node;

    private BusDoor(Node node) {
        this.node = node;
    }

    /** Listens from now on, until the Vert.x is closed; where that is clustered, to requests of the whole cluster. */
    public static void open(Vertx vertx, Node node) {
        BusDoor door = new BusDoor(node);
        listen(vertx, FIND_PROVIDERS, door.guarded(door::findProviders));
        listen(vertx, FIND_NODE, door.guarded(door::findNode));
        listen(vertx, PROVIDE, door.guarded(door::provide));
    }

    private static void listen(Vertx vertx, String address, Handler<Message<Object>> handler) {
        if (vertx.isClustered()) {
            vertx.eventBus().consumer(address, handler);
        } else {
            vertx.eventBus().localConsumer(address, handler);
        }
    }

    /** A request that is one. */
    private record Asked(Message<Object> message, JsonObject body) {
        String text(String field) {
            if (body.getValue(field) instanceof String text) {
                return text;
            }
            throw ApiError.badRequest(field + " must be given, as a text");
        }

        OptionalInt number(String field, int min, int max) {
            Object value = body.getValue(field);
            if (value == null) {
                return OptionalInt.empty();
            }
            if (value instanceof Integer n && n >= min && n <= max) {
                return OptionalInt.of(n);
            }
            throw ApiError.badRequest("%s must be a whole number from %d to %d".formatted(field, min, max));
        }

        boolean flag(String field) {
            Object value = body.getValue(field);
            if (value == null || value instanceof Boolean) {
                return Boolean.TRUE.equals(value);
            }
            throw ApiError.badRequest(field + " must be true or false");
        }

        void fail(ErrorCode code, String detail) {
            message.fail(code.httpStatus(), code + ": " + detail);
        }

        /** Completes the request on whatever thread the answer comes. */
        <T> void then(CompletableFuture<T> future, Consumer<T> work) {
            var _ = future.whenComplete((result, e) -> guard(() -> {
                if (e != null) {
                    throw new IllegalStateException("no answer", e);
                }
                work.accept(result);
            }));
        }

        void guard(Runnable work) {
            try {
                work.run();
            } catch (ApiError e) {
                fail(e.code(), e.detail());
            } catch (RuntimeException e) {
                LOG.error("A request at {} failed", message.address(), e);
                fail(ErrorCode.Internal, ErrorCode.Internal.advice());
            }
        }
    }

    private Handler<Message<Object>> guarded(Consumer<Asked> work) {
        return message -> {
            Asked asked = new Asked(message, message.body() instanceof JsonObject o ? o : new JsonObject());
            asked.guard(() -> {
                if (!(message.body() instanceof JsonObject)) {
                    throw ApiError.badRequest("send a JsonObject");
                }
                work.accept(asked);
            });
        };
    }

    /** {@code {"cid","limit"?,"local"?,"deadline_ms"?,"paths"?}} */
    private void findProviders(Asked asked) {
        long began = System.nanoTime();
        String text = asked.text("cid").strip();
        ContentId cid = ProvideRequest.cid(text, node.config());
        int limit = asked.number("limit", 1, FindRoutes.PROVIDERS_MAX).orElse(FindRoutes.PROVIDERS_DEFAULT);
        boolean local = asked.flag("local");
        Wanted wanted = wanted(asked, cid.key(), text);
        if (node.routing().denied().refuses(cid.key())) {
            throw ApiError.of(ErrorCode.Forbidden, "this content id is banned at this node");
        }
        List<ProviderRecord> held = node.providers().holdersOf(cid.key()).aliveAt(node.nowMillis());
        Network network = local || !held.isEmpty() ? null : node.network().orElse(null);
        if (network == null || network.standing().contacts() == 0) {
            asked.message().reply(found(wanted, held, limit, "local", 1, System.nanoTime() - began));
            return;
        }
        asked.then(network.find(wanted).toCompletableFuture(), f -> {
            LookupResult r = known(f);
            asked.message()
                    .reply(found(
                            wanted,
                            r.records(),
                            limit,
                            f.origin() == Network.Origin.CACHE ? "cache" : "network",
                            r.hops(),
                            System.nanoTime() - began));
        });
    }

    private static Wanted wanted(Asked asked, io.svcdht.storage.model.Key target, String text) {
        UUID id = LOOKUP_IDS.generate();
        return new Wanted(
                        target,
                        text,
                        id,
                        asked.number("deadline_ms", 1, NetworkRoutes.DEADLINE_MILLIS_MAX),
                        asked.number("paths", 1, NetworkRoutes.PATHS_MAX))
                .by(Asker.BUS);
    }

    /** @throws ApiError if the lookup ended without knowing */
    private static LookupResult known(Found found) {
        LookupResult r = found.result();
        return switch (r.outcome()) {
            case FOUND, NOT_FOUND, CONVERGED, NO_PEERS -> r;
            case DEADLINE -> throw ApiError.of(ErrorCode.Timeout, "time ran out; whether it is there is not known");
            case HOP_BUDGET ->
                throw ApiError.of(ErrorCode.HopExceeded, "closer nodes are too far; whether it is there is not known");
        };
    }

    private static JsonObject found(
            Wanted wanted, List<ProviderRecord> records, int limit, String source, int hops, long nanos) {
        Set<String> providers = new LinkedHashSet<>();
        for (ProviderRecord r : records) {
            if (providers.size() < limit) {
                providers.add(r.node());
            }
        }
        return new JsonObject()
                .put("cid", wanted.text())
                .put("providers", new JsonArray(List.copyOf(providers)))
                .put("hops", hops)
                .put("elapsed_ms", nanos / MILLI)
                .put("lookup_id", wanted.lookupId().toString())
                .put("source", source)
                .put("outcome", providers.isEmpty() ? "not_found" : "found");
    }

    /** {@code {"node","deadline_ms"?,"paths"?}} */
    private void findNode(Asked asked) {
        long began = System.nanoTime();
        NodeId id;
        try {
            id = NodeId.parse(asked.text("node").strip());
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("a node id is n3: and 64 hex digits: " + e.getMessage());
        }
        Wanted wanted = wanted(asked, id.key(), id.text());
        Network network = node.network()
                .orElseThrow(() -> ApiError.of(ErrorCode.NotReady, "this node has not joined a network yet"));
        asked.then(network.locate(wanted).toCompletableFuture(), f -> {
            LookupResult r = known(f);
            JsonArray closest = new JsonArray();
            r.closest()
                    .forEach(p -> closest.add(new JsonObject()
                            .put("node", p.id().text())
                            .put(
                                    "addresses",
                                    new JsonArray(p.contact().addrs().stream()
                                            .map(PeerAddress::text)
                                            .toList()))));
            asked.message()
                    .reply(new JsonObject()
                            .put("node", id.text())
                            .put(
                                    "found",
                                    r.closest().stream().anyMatch(p -> p.id().equals(id))
                                            || node.id().equals(id))
                            .put("closest", closest)
                            .put("hops", r.hops())
                            .put("messages", r.messages())
                            .put("elapsed_ms", (System.nanoTime() - began) / MILLI)
                            .put("lookup_id", wanted.lookupId().toString())
                            .put("outcome", r.outcome() == LookupResult.Outcome.CONVERGED ? "converged" : "no_peers"));
        });
    }

    /** {@code {"cid","node"?,"ttl_secs"?,"addrs"?}} */
    private void provide(Asked asked) {
        ProvideRequest p = ProvideRequest.parse(asked.body().encode(), node.config(), node.id());
        CompletableFuture<Outcome> done = new CompletableFuture<>();
        node.submit(new Input.Provide(p.cid(), p.locator(), p.addrs(), p.ttlSeconds(), done::complete));
        asked.then(done, outcome -> {
            switch (outcome) {
                case Outcome.Provided(long position, int ttlSeconds, long expiresAtMillis) ->
                    asked.message()
                            .reply(new JsonObject()
                                    .put("ok", true)
                                    .put("ttl_secs_used", ttlSeconds)
                                    .put("cid", p.text())
                                    .put("position", position)
                                    .put("expires_at", Json.instant(expiresAtMillis)));
                case Outcome.Refused r -> throw ApiError.of(r.code(), r.detail());
                case Outcome other -> throw new IllegalStateException("a provide was answered with " + other);
            }
        });
    }
}
