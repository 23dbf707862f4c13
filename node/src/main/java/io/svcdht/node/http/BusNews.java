package io.svcdht.node.http;

import io.svcdht.node.News;
import io.svcdht.node.engine.Input;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes news on the event bus of the process (contracts §8). What is published is made when a consumer reads it:
 * where nobody listens, nothing is. On a clustered bus it is made at once, for whoever of the cluster listens.
 */
public final class BusNews implements News {
    static final String LOOKUP_DONE = "svc-dht.lookup.done";
    static final String ACCEPTED = "svc-dht.provider.accepted";
    static final String REJECTED = "svc-dht.provider.rejected";
    static final String BOOTSTRAP = "svc-dht.bootstrap.state";

    /** All addresses that are published to. */
    public static final Set<String> ADDRESSES =
            Collections.unmodifiableSet(new LinkedHashSet<>(List.of(LOOKUP_DONE, ACCEPTED, REJECTED, BOOTSTRAP)));

    private static final String CODEC = "svc-dht.news";
    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setCodecName(CODEC);
    private static final long MILLI = 1_000_000L;

    private final EventBus bus;
    private final boolean clustered;
    private final @Nullable String by;

    /** A payload nobody has asked for yet. */
    record Lazy(Supplier<JsonObject> json) {}

    /** Turns a payload into JSON for each consumer by itself, so that none sees what another does to it. */
    private static final class Codec implements MessageCodec<Lazy, JsonObject> {
        @Override
        public void encodeToWire(Buffer buffer, Lazy lazy) {
            throw new IllegalStateException("the bus is local");
        }

        @Override
        public JsonObject decodeFromWire(int at, Buffer buffer) {
            throw new IllegalStateException("the bus is local");
        }

        @Override
        public JsonObject transform(Lazy lazy) {
            return lazy.json().get();
        }

        @Override
        public String name() {
            return CODEC;
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }

    /** One for each Vert.x: its bus knows the codec then. */
    public BusNews(Vertx vertx) {
        this(vertx, null);
    }

    /**
     * The same.
     *
     * @param by what is published says whose it is, for a bus that several nodes share; null = it does not
     */
    public BusNews(Vertx vertx, @Nullable NodeId by) {
        this.bus = vertx.eventBus();
        this.clustered = vertx.isClustered();
        this.by = by == null ? null : by.text();
        bus.registerCodec(new Codec());
    }

    void publish(String address, Supplier<JsonObject> json) {
        if (clustered) {
            // Members of the cluster that are no nodes know JSON and not our codec.
            bus.publish(address, named(json.get()));
        } else {
            bus.publish(address, new Lazy(() -> named(json.get())), LOCAL);
        }
    }

    private JsonObject named(JsonObject json) {
        return by == null ? json : json.put("by", by);
    }

    @Override
    public void lookedUp(LookupRecord lookup) {
        publish(LOOKUP_DONE, () -> new JsonObject()
                .put("lookup_id", lookup.id().toString())
                .put("op", word(lookup.operation()))
                .put("target", lookup.target().hex())
                .put("text", lookup.text())
                .put("outcome", word(lookup.outcome()))
                .put("hops", lookup.hops())
                .put("messages", lookup.messages())
                .put("elapsed_ms", lookup.tookNanos() / MILLI));
    }

    @Override
    public void accepted(ContentId cid, NodeId publisher, String locator, int ttlSeconds, long position) {
        publish(ACCEPTED, () -> new JsonObject()
                .put("cid", cid.text())
                .put("publisher", publisher.text())
                .put("node", locator.isEmpty() ? publisher.text() : locator)
                .put("ttl_secs", ttlSeconds)
                .put("position", position));
    }

    @Override
    public void rejected(ErrorCode code, String detail) {
        publish(REJECTED, () -> new JsonObject().put("code", code.name()).put("detail", detail));
    }

    @Override
    public void bootstrap(Input.Surroundings is) {
        publish(
                BOOTSTRAP,
                () -> new JsonObject().put("state", word(is.readiness())).put("reason", is.reason()));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
