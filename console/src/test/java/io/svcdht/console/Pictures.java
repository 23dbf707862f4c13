package io.svcdht.console;

import io.svcdht.console.cli.Terminal;
import io.svcdht.console.cli.TestnetCommand;
import io.svcdht.console.web.Browser;
import io.svcdht.console.web.DemoNode;
import io.svcdht.console.web.Tab;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the pictures of the documentation: {@code DIRECTORY WORK}. A small network of real nodes on loopback; the one
 * that is looked at has two hours behind it that were made up and imported, and looks for things in the network.
 */
public final class Pictures {
    private static final int NODES = 14;
    private static final int THINGS = 60;
    private static final int READY_SECONDS_MAX = 60;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path to;

    private Pictures(Path to) {
        this.to = to;
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        Pictures pictures = new Pictures(Files.createDirectories(Path.of(args[0])));
        Path work = Path.of(args[1]);
        Path data = imported(work);
        try (Testnet net = Testnet.start(new TestnetCommand.Setup(NODES, 3, 0, false), started -> {});
                ServingNode node = start(data, net)) {
            String api = "http://" + node.addresses().getFirst() + "/";
            pictures.live(net, api);
            try (Browser browser = Browser.start(Browser.executable(), work.resolve("profile"))) {
                pictures.take(browser, api + "console/");
            }
        }
        System.exit(0);
    }

    private static Path imported(Path work) throws Exception {
        Path keys = Files.createDirectories(work.resolve("keys"));
        NodeId id = NodeIdentity.loadOrCreate(keys).id();
        Path lines = work.resolve("history.ndjson");
        Files.write(lines, DemoNode.history(id, System.currentTimeMillis() - 1000));
        Path data = work.resolve("data");
        Terminal terminal = new Terminal();
        if (terminal.run("journal", "import", "--data-dir", data.toString(), lines.toString()) != 0) {
            throw new IOException(terminal.err());
        }
        Files.copy(keys.resolve(NodeIdentity.FILE), data.resolve(NodeIdentity.FILE));
        return data;
    }

    private static ServingNode start(Path data, Testnet net) throws Exception {
        Loaded settings = (Loaded) ConfigLoader.load(
                Flags.parse(List.of(
                        "--data-dir=" + data,
                        "--admin-bind=127.0.0.1:0",
                        "--peer-bind=127.0.0.1:0",
                        "--replicas=3",
                        "--seeds=" + net.seed())),
                Map.of());
        ServingNode node = ServingNode.start(settings);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        while (!node.ready() && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return node;
    }

    /** Others announce, this one looks for it, and for some that nobody has. */
    private void live(Testnet net, String api) throws Exception {
        for (int i = 0; i < THINGS; i++) {
            String other = "http://" + net.addresses().get(i % NODES) + "/dht/provide";
            send(HttpRequest.newBuilder(URI.create(other))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"cid\":\"b3:film-%d\",\"node\":\"local://shelf/%d\",\"ttl_secs\":7200}"
                                    .formatted(i, i % 7))));
        }
        for (int i = 0; i < THINGS; i++) {
            send(HttpRequest.newBuilder(
                    URI.create(api + "dht/find_providers/b3:" + (i % 6 == 5 ? "none-" : "film-") + i)));
        }
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString()).body();
    }

    private Map<String, String> places(String console) throws Exception {
        String lookups = send(HttpRequest.newBuilder(URI.create(console + "lookups?outcome=found")));
        String event = first(
                send(HttpRequest.newBuilder(URI.create(console + "journal?type=ProviderExpired&at=seq:6000"))),
                "journal/(\\d+)\\?");
        String cid = first(
                send(HttpRequest.newBuilder(URI.create(console + "providers?node=self"))),
                "providers/(b3:[0-9a-f]{64})");
        String peer = first(send(HttpRequest.newBuilder(URI.create(console + "buckets/0"))), "peers/(n3:[0-9a-f]{64})");
        long at = Long.parseLong(event);
        Map<String, String> places = new LinkedHashMap<>();
        places.put("overview", "");
        places.put("overview-past", "?at=seq:" + at);
        places.put("routing", "buckets");
        places.put("bucket", "buckets/0");
        places.put("providers", "providers");
        places.put("content", "providers/" + cid);
        places.put("lookups", "lookups");
        places.put("lookup", "lookups/" + first(lookups, "lookups/([0-9a-f-]{36})"));
        places.put("journal", "journal?last=6h");
        places.put("journal-compare", "journal?vs=seq:%d&at=seq:%d".formatted(at - 450, at));
        places.put("event", "journal/" + at);
        places.put("peer", "peers/" + peer);
        places.put("metrics", "metrics");
        places.put("config", "config");
        places.put("config-key", "config/log_level");
        places.put("audit", "audit");
        places.put("refused", "?at=seq:99999999");
        return places;
    }

    private static String first(String html, String pattern) throws IOException {
        Matcher m = Pattern.compile(pattern).matcher(html);
        if (!m.find()) {
            throw new IOException("no " + pattern + " in " + html);
        }
        return m.group(1);
    }

    private void take(Browser browser, String console) throws Exception {
        Map<String, String> places = places(console);
        for (Tab.Look look : List.of(
                new Tab.Look(false, true, 1440),
                new Tab.Look(true, true, 1440),
                new Tab.Look(false, true, 900),
                new Tab.Look(false, true, 400))) {
            try (Tab tab = browser.open(look)) {
                for (var place : places.entrySet()) {
                    tab.go(console + place.getValue());
                    String name = "%s-%d%s.png".formatted(place.getKey(), look.width(), look.dark() ? "-dark" : "");
                    Files.write(to.resolve(name), Palette.reduced(tab.picture()));
                }
            }
        }
    }
}
