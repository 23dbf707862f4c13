package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.engine.Input;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bus over HTTP, by a client that reads lines. */
class BusEventsTest {
    private ServedNode served;
    private BusNews news;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        served = ServedNode.amnesic();
        news = new BusNews(served.vertx);
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        served.close();
    }

    private HttpRequest request(String query) {
        return HttpRequest.newBuilder(URI.create(
                        "http://%s/bus/events%s".formatted(served.server.bound().getFirst(), query)))
                .build();
    }

    /** A stream that is heard already. */
    private final class Listening implements AutoCloseable {
        private final BufferedReader lines;

        Listening(String query) throws Exception {
            HttpResponse<InputStream> r = client.send(request(query), BodyHandlers.ofInputStream());
            assertThat(r.statusCode()).isEqualTo(200);
            assertThat(r.headers().firstValue("content-type")).contains("text/event-stream");
            lines = new BufferedReader(new InputStreamReader(r.body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).startsWith(": hears svc-dht.");
            assertThat(lines.readLine()).isEmpty();
        }

        String line() throws Exception {
            return lines.readLine();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    @Test
    void what_is_published_comes_as_server_sent_events() throws Exception {
        try (Listening all = new Listening("");
                Listening some = new Listening("?types=svc-dht.bootstrap.state")) {
            news.rejected(ErrorCode.Forbidden, "no\nreason");
            news.bootstrap(new Input.Surroundings(Readiness.READY, "quorum"));

            assertThat(all.line()).isEqualTo("event: svc-dht.provider.rejected");
            JsonObject rejected = new JsonObject(all.line().substring("data: ".length()));
            assertThat(rejected.getString("code")).isEqualTo("Forbidden");
            assertThat(rejected.getString("detail")).isEqualTo("no\nreason");
            assertThat(all.line()).isEmpty();
            assertThat(all.line()).isEqualTo("event: svc-dht.bootstrap.state");
            assertThat(some.line()).isEqualTo("event: svc-dht.bootstrap.state");
            assertThat(some.line()).isEqualTo("data: {\"state\":\"ready\",\"reason\":\"quorum\"}");
        }
    }

    @Test
    void an_address_that_is_none_is_refused() throws Exception {
        for (String types : new String[] {"?types=", "?types=ron.dht.provide", "?types=svc-dht.lookup.done,x"}) {
            HttpResponse<String> r = client.send(request(types), BodyHandlers.ofString());
            assertThat(r.statusCode()).isEqualTo(400);
            assertThat(new JsonObject(r.body()).getString("code")).isEqualTo("BadRequest");
        }
    }
}
