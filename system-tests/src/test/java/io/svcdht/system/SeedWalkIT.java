package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk that the first version of this service was tried with, word for word but for the seconds. */
final class SeedWalkIT {
    /** Enough to find and list it also where each request takes seconds. */
    private static final int TTL_SECONDS = 20;

    @Test
    void wait_provide_find_list_wait_find_nothing(@TempDir Path directory) throws Exception {
        try (NodeProcess node = NodeProcess.start(directory).awaitReady()) {
            assertThat(node.get("/healthz").body()).isEqualTo("ok");
            assertThat(node.get("/readyz").body()).isEqualTo("ready");
            double provides = node.metric("dht_provides_total");
            double lookups = node.metric("dht_lookups_total");

            HttpResponse<String> provided = node.provide("b3:short", "local://tmp", TTL_SECONDS);
            JsonNode answer = NodeProcess.json(provided);
            assertThat(answer.get("ok").asBoolean()).isTrue();
            assertThat(answer.get("ttl_secs_used").asInt()).isEqualTo(TTL_SECONDS);

            JsonNode found = node.json("/dht/find_providers/b3:short");
            assertThat(found.get("cid").asText()).isEqualTo("b3:short");
            assertThat(found.get("providers")).hasSize(1);
            assertThat(found.get("providers").get(0).asText()).isEqualTo("local://tmp");
            assertThat(found.get("hops").asInt()).isEqualTo(1);

            JsonNode list = node.json("/dht/_debug/list");
            assertThat(list).hasSize(1);
            assertThat(list.get(0).get("cid").asText()).isEqualTo("b3:short");
            JsonNode entry = list.get(0).get("entries").get(0);
            assertThat(entry.get("node").asText()).isEqualTo("local://tmp");
            assertThat(entry.get("secs_left").asInt()).isBetween(0, TTL_SECONDS);

            Awaitility.await("the record to expire")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> node.find("b3:short").isEmpty());
            assertThat(node.json("/dht/find_providers/b3:short").get("outcome").asText())
                    .isEqualTo("not_found");
            Awaitility.await("its expiry to be an event")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> node.get("/journal/events?type=ProviderExpired")
                                    .body()
                                    .lines()
                                    .count()
                            == 1);
            assertThat(node.json("/dht/_debug/list")).isEmpty();

            assertThat(node.metric("dht_provides_total")).isEqualTo(provides + 1);
            assertThat(node.metric("dht_lookups_total")).isGreaterThanOrEqualTo(lookups + 3);
        }
    }
}
