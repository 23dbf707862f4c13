package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.console.ServingNode;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefusalsCommandTest {
    @Test
    void who_asked_too_often_is_listed_with_how_often_and_why() throws Exception {
        List<String> flags = List.of(
                "--amnesia", "--admin-bind=127.0.0.1:0", "--peer-bind=none", "--limit-loopback=true", "--max-rps-ip=1");
        ServingNode node = ServingNode.start((Loaded) ConfigLoader.load(Flags.parse(flags), Map.of()));
        try (HttpClient client = HttpClient.newHttpClient()) {
            String base = "http://" + node.addresses().getFirst();
            HttpRequest version =
                    HttpRequest.newBuilder(URI.create(base + "/version")).build();
            List<CompletableFuture<HttpResponse<String>>> burst = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                burst.add(client.sendAsync(version, BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> one : burst) {
                one.get(60, TimeUnit.SECONDS);
            }
            // The command is held to the same rate, and is let in once it was quiet for a second.
            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
                Terminal terminal = new Terminal();
                assertThat(terminal.run("refusals", "--api=" + base)).isZero();
                assertThat(terminal.out())
                        .contains("here", "quota_rps", "127.0.0.1", "over HTTP: more than 1 requests a second");
            });
            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
                Terminal terminal = new Terminal();
                assertThat(terminal.run("refusals", "192.0.2.1", "--api=" + base))
                        .isZero();
                assertThat(terminal.out()).as("of somebody else").doesNotContain("quota_rps");
            });
        } finally {
            node.close();
        }
    }
}
