package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.console.ServingNode;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console of a fleet over the topics of a broker that is real, as nodes go on. */
class FleetTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temp;

    private final String prefix = BrokerProcess.prefix();
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger things = new AtomicInteger();

    private static String servers() throws Exception {
        return "--kafka-servers=" + BrokerProcess.shared().address();
    }

    private LiveFleet fleet(String... more) throws Exception {
        List<String> flags = new ArrayList<>(List.of(servers(), "--kafka-prefix=" + prefix));
        flags.addAll(List.of(more));
        return LiveFleet.open(flags.toArray(new String[0]));
    }

    private ServingNode node(int index, String... more) throws Exception {
        List<String> flags = new ArrayList<>(List.of(
                "--data-dir=" + temp.resolve("node-" + index),
                "--admin-bind=127.0.0.1:0",
                "--disk-reserve=0",
                "--replicas=1",
                // On a busy machine a late answer is no sign of a dead peer.
                "--min-leg-budget-ms=10000",
                "--rpc-timeout-ms=20000",
                "--dial-timeout-ms=20000",
                "--kafka-ship=all",
                servers(),
                "--kafka-prefix=" + prefix,
                "--kafka-partitions=2",
                "--kafka-replication=1"));
        flags.addAll(List.of(more));
        ServingNode node = ServingNode.start((Loaded) ConfigLoader.load(Flags.parse(flags), Map.of()));
        await().atMost(PATIENCE).until(node::ready);
        return node;
    }

    private JsonNode find(ServingNode at, String cid) throws Exception {
        String uri = "http://%s/dht/find_providers/%s?deadline_ms=10000"
                .formatted(at.addresses().getFirst(), cid);
        return JSON.readTree(client.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                .body());
    }

    private void provide(ServingNode at, String cid) throws Exception {
        String uri =
                "http://%s/dht/provide?wait=replicated".formatted(at.addresses().getFirst());
        var answer = client.send(
                HttpRequest.newBuilder(URI.create(uri))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"cid\":\"%s\",\"ttl_secs\":3600}".formatted(cid)))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** A content id that one node had to ask others for, and the id of that lookup; which node has it, the ids decide. */
    private record Asked(String cid, String lookup) {}

    private Asked acrossNodes(ServingNode publisher, ServingNode asker) {
        return await().atMost(PATIENCE)
                .until(() -> asked(publisher, asker, things.incrementAndGet()), Objects::nonNull);
    }

    private Asked asked(ServingNode publisher, ServingNode asker, int thing) throws Exception {
        // All over the key space, so that each node has some.
        String cid = "b3:%016x%048x".formatted(thing * 0x9e37_79b9_7f4a_7c15L, thing);
        provide(publisher, cid);
        JsonNode found = find(asker, cid);
        return found.path("source").asText().equals("network")
                        && found.path("outcome").asText().equals("found")
                ? new Asked(cid, found.path("lookup_id").asText())
                : null;
    }

    private static boolean every(JsonNode page, int nodes) {
        JsonNode all = page.path("nodes");
        if (all.size() != nodes) {
            return false;
        }
        for (JsonNode n : all) {
            if (!n.path("state").asText().equals("ready")
                    || n.path("behind_events").asLong() != 0) {
                return false;
            }
        }
        return true;
    }

    /** Nodes that had a record of the target when they were asked. */
    private static long held(JsonNode lookup) {
        long held = 0;
        for (JsonNode lane : lookup.path("lanes")) {
            held += lane.path("held_then").asLong() > 0 ? 1 : 0;
        }
        return held;
    }

    @Test
    void nodes_and_a_lookup_across_them_show_as_they_come_and_after_a_restart() throws Exception {
        Path index = temp.resolve("index");
        String seed = "127.0.0.1:" + BrokerProcess.freePort();
        try (ServingNode first = node(0, "--peer-bind=" + seed);
                ServingNode second = node(1, "--peer-bind=127.0.0.1:0", "--seeds=" + seed);
                ServingNode third = node(2, "--peer-bind=127.0.0.1:0", "--seeds=" + seed)) {
            Asked asked;
            try (LiveFleet fleet = fleet("--fleet-dir=" + index)) {
                fleet.await("", p -> every(p, 3));
                asked = acrossNodes(first, third);
                JsonNode stitched = fleet.await("lookups/" + asked.lookup(), p -> held(p) > 0);
                assertThat(stitched.path("outcome").asText()).isEqualTo("found");
                assertThat(fleet.get("").body()).contains("</i>Live<").contains("data-live=\"./live\"");
            }
            // While nobody looks, they go on.
            String later = "b3:" + "6b".repeat(32);
            provide(second, later);
            try (LiveFleet again = fleet("--fleet-dir=" + index)) {
                again.await("content/" + later, p -> !p.path("lanes").isEmpty());
                JsonNode nodes = again.await("", p -> every(p, 3)).path("nodes");
                assertThat(nodes)
                        .allMatch(n -> n.path("gaps").asLong() == 0
                                && n.path("first_position").asLong() == 1);
                assertThat(again.json("lookups/" + asked.lookup()).path("lanes"))
                        .hasSizeGreaterThan(1);
            }
        }
    }
}
