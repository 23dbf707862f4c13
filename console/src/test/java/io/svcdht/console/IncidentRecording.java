package io.svcdht.console;

import io.svcdht.console.cli.Cli;
import io.svcdht.console.cli.Io;
import io.svcdht.console.cli.Terminal;
import io.svcdht.node.Node;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Records the incident of the examples: {@code FILE WORK}. Twenty real nodes on loopback, with data directories below
 * WORK; content is announced and found, then three nodes end, and what they held is looked for again.
 */
public final class IncidentRecording {
    private static final int NODES = 20;
    private static final int THINGS = 48;
    /** Few: each of their keys is kept by all who hold something of theirs. */
    private static final int PUBLISHERS = 4;

    private static final int ENDED = 3;
    private static final long READY_SECONDS_MAX = 120;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path work;
    private final List<ServingNode> nodes = new ArrayList<>();

    private IncidentRecording(Path work) {
        this.work = work;
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        new IncidentRecording(Path.of(args[1])).record(Path.of(args[0]));
        System.exit(0);
    }

    private void record(Path file) throws Exception {
        Housing housing = Housing.shared();
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(ServingNode.start(settings(i), housing));
                await(nodes.getLast());
            }
            for (int i = 0; i < PUBLISHERS; i++) {
                provide(i);
            }
            find(0, THINGS);
            for (int i = 0; i < ENDED; i++) {
                nodes.get(NODES - 1 - i).close();
            }
            find(THINGS / 2, THINGS + 10);
            withdraw(1);
            export(file);
        } finally {
            nodes.subList(0, NODES - ENDED).forEach(ServingNode::close);
            housing.close();
        }
    }

    /** Beside the running nodes, as an operator would. */
    private void export(Path file) {
        String all = IntStream.range(0, NODES)
                .mapToObj(i -> work.resolve("node-%02d.toml".formatted(i)).toString())
                .collect(Collectors.joining(","));
        int code = Cli.run(
                List.of("incident", "export", "--nodes", all, file.toString()),
                Io.ofProcess(),
                Terminal.STARTS_NOTHING);
        if (code != 0) {
            throw new IllegalStateException("the export ended with " + code);
        }
    }

    private Loaded settings(int index) throws IOException {
        Path toml = work.resolve("node-%02d.toml".formatted(index));
        String text = """
                data_dir = "%s"
                admin_bind = "127.0.0.1:0"
                peer_bind = "127.0.0.1:0"
                replicas = 5
                k = 20
                max_records = 10000
                dial_timeout_ms = 10000
                rpc_timeout_ms = 10000
                min_leg_budget_ms = 1000
                max_rps_peer = 1000000
                max_rps_global = 1000000
                """.formatted(work.resolve("node-%02d".formatted(index)));
        Files.writeString(
                toml,
                index == 0 ? text : text + "seeds = [\"" + nodes.getFirst().peerAddress() + "\"]\n");
        return switch (ConfigLoader.load(Flags.parse(List.of("--config=" + toml)), Map.of())) {
            case Loaded loaded -> loaded;
            case io.svcdht.node.config.ConfigResult.Invalid bad -> throw new IllegalStateException(bad.text());
        };
    }

    private static void await(ServingNode node) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        while (!node.ready() && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** In one batch, which has one root; a record in six runs out at once. */
    private void provide(int publisher) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = publisher; i < THINGS; i += PUBLISHERS) {
            lines.append("{\"cid\":\"b3:%s\",\"ttl_secs\":%d}\n".formatted(cid(i), i % 6 == 0 ? 1 : 3600));
        }
        send(api(publisher) + "/dht/provide/batch", "POST", "application/x-ndjson", lines.toString());
        awaitReplicated(nodes.get(publisher).node());
    }

    /** Until its records with time left have reached their holders. */
    private static void awaitReplicated(Node node) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        while (replicated(node) < THINGS / PUBLISHERS * 2 / 3 && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static long replicated(Node node) {
        long found = 0;
        try (JournalReader reader = node.journal().readAll()) {
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                found += e.event() instanceof DhtEvent.ProviderReplicated ? 1 : 0;
            }
        }
        return found;
    }

    private void find(int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            send(
                    api((i * 7 + 3) % (NODES - ENDED)) + "/dht/find_providers/b3:" + cid(i) + "?trace=true",
                    "GET",
                    "application/json",
                    "");
        }
    }

    private void withdraw(int thing) throws Exception {
        send(api(thing % PUBLISHERS) + "/dht/provide?cid=b3:" + cid(thing), "DELETE", "application/json", "");
    }

    private static String cid(int thing) {
        return io.svcdht.storage.model.Key.of(io.svcdht.storage.model.Blake3.hash(new byte[] {7, (byte) thing}))
                .hex();
    }

    private String api(int node) {
        return "http://" + nodes.get(node).addresses().getFirst();
    }

    private void send(String url, String method, String type, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", type)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        HttpResponse<String> r = client.send(request.build(), BodyHandlers.ofString());
        if (r.statusCode() >= 500 && r.statusCode() != 504) {
            throw new IOException(url + ": " + r.statusCode() + " " + r.body());
        }
    }
}
