package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, a process each, over real sockets. One other node holds a record, so that somebody always has to ask. */
final class NetworkIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration REPAIR = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    @Test
    void a_directory_announced_on_one_node_is_found_from_another_and_after_a_kill() throws Exception {
        try (LocalNetwork network = LocalNetwork.start(directory, 3, "--replicas=1")) {
            NodeProcess publisher = network.get(0);
            List<String> cids = announce(publisher);
            String provider = LocalNetwork.find(publisher, cids.getFirst())
                    .get("providers")
                    .get(0)
                    .asText();
            for (String cid : cids) {
                network.awaitFoundElsewhere(cid, provider);
            }

            network.killAndRestart(2);
            network.awaitEverybodyKnown();
            NodeProcess restarted = network.get(2);
            assertThat(restarted.json("/dht/peers").get("seeds").asInt()).isZero();
            int asked = 0;
            for (String cid : cids) {
                AtomicBoolean asks = new AtomicBoolean();
                // It may be handed a copy meanwhile, and has nothing to ask then.
                Awaitility.await("%s to be held or found".formatted(cid))
                        .atMost(PATIENCE)
                        .untilAsserted(() -> {
                            asks.set(network.strangersTo(cid).contains(restarted));
                            if (asks.get()) {
                                LocalNetwork.assertFoundElsewhere(restarted, cid, provider);
                            }
                        });
                asked += asks.get() ? 1 : 0;
            }
            int held = restarted.listAll().size();
            assertThat(asked + held).as("%d asked for, %d held", asked, held).isGreaterThanOrEqualTo(cids.size());
            System.out.printf(
                    "NetworkIT: %d files found without a copy; %d of them once more by a node that was killed%n",
                    cids.size(), asked);
        }
    }

    /** The documentation of this checkout: a real directory whose files differ. */
    private static List<String> announce(NodeProcess node) throws Exception {
        Path docs = Program.checkout().resolve("docs-site");
        Program.Ended provided = Program.run(
                        "provide", "--files", docs.toString(), "--json", "--api", "http://" + node.hostPort())
                .as(0);
        List<String> cids = new ArrayList<>();
        for (String line : provided.out().lines().toList()) {
            JsonNode result = JSON.readTree(line);
            if (result.has("cid")) {
                assertThat(result.get("ok").asBoolean()).as(line).isTrue();
                cids.add(result.get("cid").asText());
            }
        }
        assertThat(cids).hasSizeGreaterThan(20);
        return cids.stream().distinct().toList();
    }

    @Test
    void what_is_withdrawn_is_found_by_nobody_two_repairs_later() throws Exception {
        try (LocalNetwork network =
                LocalNetwork.start(directory, 3, "--replicas=1", "--repair-secs=" + REPAIR.toSeconds())) {
            NodeProcess publisher = network.get(0);
            String cid = "b3:withdrawn";
            JsonNode provided = NodeProcess.json(publisher.send(publisher
                    .request("/dht/provide?wait=replicated")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"cid\":\"%s\",\"node\":\"local://shelf\"}".formatted(cid)))));
            assertThat(provided.get("replicas").asInt()).isPositive();
            for (NodeProcess node : network.nodes()) {
                assertThat(LocalNetwork.find(node, cid).get("outcome").asText()).isEqualTo("found");
            }

            assertThat(publisher.withdraw(cid, "local://shelf").statusCode()).isEqualTo(200);

            Duration repairs = REPAIR.multipliedBy(2);
            Awaitility.await("nobody to find it, for two repairs on end")
                    .during(repairs)
                    .atMost(PATIENCE)
                    .until(() -> foundBy(network, cid) == 0);
        }
    }

    private static int foundBy(LocalNetwork network, String cid) throws Exception {
        int finders = 0;
        for (NodeProcess node : network.nodes()) {
            finders += LocalNetwork.find(node, cid).get("outcome").asText().equals("found") ? 1 : 0;
        }
        return finders;
    }
}
