package io.svcdht.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.console.ServingNode;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A whole node in amnesia, on free ports of loopback, seen over HTTP. */
record Served(ServingNode node) implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    static Served start(String... more) throws Exception {
        Layer.ready();
        List<String> flags = new ArrayList<>(List.of(
                "--amnesia=true",
                "--admin-bind=127.0.0.1:0",
                "--peer-bind=127.0.0.1:0",
                "--discv5-bind=127.0.0.1:0",
                // A machine that is busy with other things makes nobody unreachable.
                "--dial-timeout-ms=30000",
                "--rpc-timeout-ms=30000"));
        flags.addAll(Stream.of(more).toList());
        return new Served(ServingNode.start((Loaded) ConfigLoader.load(Flags.parse(flags), Map.of())));
    }

    String get(String path) throws Exception {
        URI uri = URI.create("http://" + node.addresses().getFirst() + path);
        return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    JsonNode json(String path) throws Exception {
        return JSON.readTree(get(path));
    }

    String enr() throws Exception {
        return json("/version").path("enr").asText();
    }

    int contacts() throws Exception {
        return (int) metric("dht_contacts");
    }

    /** Of the first series whose name and labels begin so. */
    double metric(String begins) throws Exception {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(begins + " ") || line.startsWith(begins + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(-1);
    }

    List<JsonNode> events(String type) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        for (String line : get("/journal/events?type=" + type).lines().toList()) {
            events.add(JSON.readTree(line));
        }
        return events;
    }

    @Override
    public void close() {
        node.close();
    }
}
