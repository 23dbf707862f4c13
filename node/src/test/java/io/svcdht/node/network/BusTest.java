package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.http.BusDoor;
import io.svcdht.node.http.BusNews;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.ContentId;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The event bus of a process, by what those who live in it send and hear. */
class BusTest {
    private static final Duration PATIENCE = Patience.LIMIT;

    private final Vertx vertx = Vertx.vertx();
    private final LocalNet net = new LocalNet(c -> LocalNet.patient(c).withReplicas(2));
    private final Map<String, List<JsonObject>> heard = new ConcurrentHashMap<>();
    private final Member other = net.join();
    private final Member node;

    BusTest() {
        for (String address : List.of(
                "svc-dht.lookup.done",
                "svc-dht.provider.accepted",
                "svc-dht.provider.rejected",
                "svc-dht.bootstrap.state")) {
            vertx.eventBus()
                    .<JsonObject>localConsumer(address, m -> heard(address).add(m.body()));
        }
        net.tell(new BusNews(vertx));
        node = net.join();
        BusDoor.open(vertx, node.node());
        await().atMost(PATIENCE)
                .until(() -> node.node().status().ready()
                        && other.node().status().ready()
                        && other.contacts().contains(node.node().id()));
    }

    @AfterEach
    void close() {
        net.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private List<JsonObject> heard(String address) {
        return heard.computeIfAbsent(address, a -> new CopyOnWriteArrayList<>());
    }

    private JsonObject ask(String address, Object body) {
        return (JsonObject) LocalNet.get(vertx.eventBus()
                        .request(address, body, new DeliveryOptions().setSendTimeout(60_000))
                        .toCompletionStage()
                        .toCompletableFuture())
                .body();
    }

    private ReplyException refused(String address, Object body) {
        try {
            throw new AssertionError("answered with " + ask(address, body));
        } catch (CompletionException e) {
            return (ReplyException) e.getCause();
        }
    }

    private static JsonObject json(String text) {
        return new JsonObject(text);
    }

    @Test
    void requests_are_answered_as_over_http() {
        JsonObject provided = ask("ron.dht.provide", json("{'cid':'b3:bus','ttl_secs':60}".replace('\'', '"')));
        assertThat(provided.getBoolean("ok")).isTrue();
        assertThat(provided.getInteger("ttl_secs_used")).isEqualTo(60);
        assertThat(provided.getLong("position")).isPositive();

        JsonObject found = ask("ron.dht.find_providers", new JsonObject().put("cid", "b3:bus"));
        assertThat(found.getString("source")).isEqualTo("local");
        assertThat(found.getJsonArray("providers"))
                .containsExactly(node.node().id().text());
        JsonObject nobody = ask("ron.dht.find_providers", new JsonObject().put("cid", "b3:nobody"));
        assertThat(nobody.getString("source")).isEqualTo("network");
        assertThat(nobody.getString("outcome")).isEqualTo("not_found");

        JsonObject closest = ask(
                "ron.dht.find_node",
                new JsonObject().put("node", other.node().id().text()));
        assertThat(closest.getBoolean("found")).isTrue();
        assertThat(closest.getJsonArray("closest").getJsonObject(0).getString("node"))
                .isEqualTo(other.node().id().text());
    }

    @Test
    void what_is_no_request_is_refused_as_over_http() {
        node.ban(new Banned.Content(ContentId.parse("b3:gone", true).key()));
        JsonObject cid = new JsonObject().put("cid", "b3:x");
        List<ReplyException> refusals = List.of(
                refused("ron.dht.provide", new JsonObject()),
                refused("ron.dht.provide", new JsonObject().put("cid", 5)),
                refused("ron.dht.provide", cid.copy().put("ttl_secs", 0)),
                refused("ron.dht.find_providers", "b3:x"),
                refused("ron.dht.find_providers", new JsonObject()),
                refused("ron.dht.find_providers", cid.copy().put("limit", 0)),
                refused("ron.dht.find_providers", cid.copy().put("local", "yes")),
                refused("ron.dht.find_node", new JsonObject().put("node", "n3:12")));
        assertThat(refusals).allSatisfy(r -> {
            assertThat(r.failureCode()).isEqualTo(400);
            assertThat(r.getMessage()).startsWith("BadRequest: ");
        });
        for (String address : List.of("ron.dht.find_providers", "ron.dht.provide")) {
            ReplyException banned = refused(address, new JsonObject().put("cid", "b3:gone"));
            assertThat(banned.failureCode()).isEqualTo(403);
            assertThat(banned.getMessage()).startsWith("Forbidden: ");
        }
    }

    @Test
    void what_happens_is_published() {
        ContentId cid = ContentId.parse("b3:news", true);
        ContentId gone = ContentId.parse("b3:gone", true);
        node.ban(new Banned.Content(gone.key()));
        long position = node.provide(cid).position();
        node.find(ContentId.parse("b3:nobody", true));
        other.provide(gone);

        await().atMost(PATIENCE).until(() -> !heard("svc-dht.provider.rejected").isEmpty());
        assertThat(heard("svc-dht.provider.rejected").getFirst().getString("code"))
                .isEqualTo("Forbidden");
        await().atMost(PATIENCE).until(() -> !heard("svc-dht.lookup.done").isEmpty());
        assertThat(heard("svc-dht.lookup.done")).anySatisfy(done -> {
            assertThat(done.getString("op")).isEqualTo("find");
            assertThat(done.getString("text")).isEqualTo("b3:nobody");
            assertThat(done.getString("outcome")).isEqualTo("not_found");
            assertThat(done.getInteger("messages")).isPositive();
        });
        await().atMost(PATIENCE).until(() -> heard("svc-dht.provider.accepted").stream()
                .anyMatch(a -> a.getString("cid").equals("b3:news")));
        assertThat(heard("svc-dht.provider.accepted"))
                .filteredOn(a -> a.getString("cid").equals("b3:news"))
                .extracting(a -> a.getLong("position"))
                .containsExactly(position);
        await().atMost(PATIENCE).until(() -> heard("svc-dht.bootstrap.state").stream()
                .anyMatch(b -> b.getString("state").equals("ready")));
    }
}
