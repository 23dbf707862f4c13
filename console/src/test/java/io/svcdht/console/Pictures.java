package io.svcdht.console;

import io.svcdht.console.cli.Terminal;
import io.svcdht.console.view.DemoSamples;
import io.svcdht.console.web.Browser;
import io.svcdht.console.web.DemoNode;
import io.svcdht.console.web.OpenIncident;
import io.svcdht.console.web.Tab;
import io.svcdht.node.Node;
import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.recent.Refusals.Way;
import io.svcdht.node.recent.Refusals.What;
import io.svcdht.node.recent.Sample;
import io.svcdht.node.recent.Slice;
import io.svcdht.node.recent.Span;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the pictures of the documentation: {@code DIRECTORY WORK INCIDENT}. A network of real nodes on loopback; the one
 * that is looked at has two hours behind it that were made up and imported, and looks for things in the network. The
 * pages of a fleet are those of a recorded incident.
 */
public final class Pictures {
    private static final int THINGS = 48;
    private static final int CHANGES_SECONDS = 10;
    /** Others that fall silent in the end. */
    private static final int SILENT = 4;

    /** Pages that are taken in the dark too: all would be a third more to keep. */
    private static final Set<String> DARK =
            Set.of("overview", "routing", "lookup", "lookups", "providers", "journal", "metrics", "refusals");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path to;

    private Pictures(Path to) {
        this.to = to;
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        Pictures pictures = new Pictures(Files.createDirectories(Path.of(args[0])));
        Path work = Path.of(args[1]);
        try (Browser browser = Browser.start(Browser.executable(), work.resolve("profile"))) {
            try (PictureNet net = PictureNet.start(imported(work))) {
                sampled(net.shown().node());
                pictures.live(net);
                refused(net.shown().node());
                String console = net.api(PictureNet.OTHERS) + "console/";
                pictures.take(
                        browser, console, pictures.places(console, net.shown().node()), true);
            }
            try (OpenIncident incident = new OpenIncident(Path.of(args[2]))) {
                pictures.take(browser, incident.base(), pictures.fleet(incident.base()), false);
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

    /** The hour before the start, made up as well, with the levels that this node has. */
    private static void sampled(Node node) {
        Recent recent = node.recent().orElseThrow();
        long records = node.status().records();
        int contacts = node.routing().contacts().size();
        double bytes = node.status().journalBytes();
        List<Sample> hour = DemoSamples.before(node.nowMillis()).after(0);
        for (int i = 0; i < hour.size() - 2; i++) {
            Sample s = hour.get(i);
            double part = 1 - (hour.size() - i) / 4e3;
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            for (Figure f : Figure.values()) {
                figures.put(f, s.of(f));
            }
            figures.put(Figure.RECORDS, Math.rint(records * (0.9 + 0.1 * part + Math.sin(i / 90.0) * 0.03)));
            figures.put(Figure.CONTACTS, (double) contacts);
            figures.put(Figure.CONTACTS_LIVE, (double) contacts);
            figures.put(Figure.PEER_CONNECTIONS, (double) contacts);
            figures.put(Figure.JOURNAL_BYTES, bytes * part);
            Map<Span, Slice> spans = new EnumMap<>(Span.class);
            for (Span span : Span.values()) {
                spans.put(span, s.of(span));
            }
            recent.add(new Sample(s.atMillis(), s.seconds(), figures, spans));
        }
    }

    /** Others announce, this one looks for it, for some that nobody has, and for some whose holders have fallen silent. */
    private void live(PictureNet net) throws Exception {
        List<CompletableFuture<?>> announced = new ArrayList<>();
        for (int i = 0; i < THINGS; i++) {
            announced.add(client.sendAsync(
                    HttpRequest.newBuilder(URI.create(net.api(i % PictureNet.OTHERS) + "dht/provide?wait=replicated"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"cid\":\"b3:film-%d\",\"node\":\"local://shelf/%d\",\"ttl_secs\":7200}"
                                            .formatted(i, i % 7)))
                            .build(),
                    BodyHandlers.discarding()));
        }
        CompletableFuture.allOf(announced.toArray(CompletableFuture[]::new)).join();
        net.farApart();
        for (int i = 0; i < THINGS * 2 / 3; i++) {
            find(net, i % 8 == 5 ? "none-" + i : "film-" + i, 2_000);
        }
        net.silence(1, 1 + SILENT);
        for (int i = THINGS * 2 / 3; i < THINGS; i++) {
            find(net, i % 6 == 5 ? "none-" + i : "film-" + i, i % 4 == 1 ? 60 : 2_000);
        }
    }

    private void find(PictureNet net, String thing, int deadlineMillis) throws Exception {
        send(HttpRequest.newBuilder(URI.create("%sdht/find_providers/b3:%s?deadline_ms=%d"
                .formatted(net.api(PictureNet.OTHERS), thing, deadlineMillis))));
    }

    /** Made up, as the two hours are: on loopback nobody misbehaves. */
    private static void refused(Node node) {
        Refusals refusals = node.recent().orElseThrow().refusals();
        Random luck = new Random(20_261_123);
        long now = System.nanoTime();
        List<String> why = List.of("bad_signature", "stale_record", "quota", "pq_required", "future", "quota_rps");
        List<String> details = List.of(
                "no Ed25519 signature of its publisher over it",
                "a later word of this publisher is known",
                "this publisher, or this content id, has had its share for now",
                "pq_require_on has passed, and no ML-DSA-87 signature came that could be checked",
                "issued 412000 ms from now; at most 300000 are allowed",
                "more requests a second than this node takes");
        for (int row = 0; row < 14; row++) {
            int i = row % why.size();
            String who = new NodeId(Key.of(Blake3.hash(new byte[] {(byte) (row / 2)}))).text();
            String cid = ContentId.canonical(Key.of(Blake3.hash(new byte[] {(byte) row, 1})));
            Way way = row == 4 ? Way.THERE : row == 9 ? Way.ANSWERED : Way.HERE;
            What what = i == 5 ? new What(details.get(i)) : new What(details.get(i), cid, who);
            int times = 1 + luck.nextInt(40);
            for (int n = 0; n < times; n++) {
                long ago = TimeUnit.SECONDS.toNanos((14 - row) * 97L + (times - n) * 3L);
                refusals.note(way, i == 5 ? "203.0.113.7" : who, why.get(i), () -> what, now - ago);
            }
        }
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString()).body();
    }

    /** The one with most legs, if it ended so: it has most to tell. */
    private static String lookup(Node node, LookupRecord.Outcome outcome) {
        node.traces().counts(); // until all are written
        return node
                .traces()
                .page(new TraceLog.Filter(outcome, 0, null, null).of(LookupRecord.Operation.FIND), THINGS)
                .lookups()
                .stream()
                .max(Comparator.comparingInt(l -> l.hops() * 100 + l.legs().size()))
                .orElseThrow()
                .id()
                .toString();
    }

    private Map<String, String> places(String console, Node node) throws Exception {
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
        places.put("lookup", "lookups/" + lookup(node, LookupRecord.Outcome.FOUND));
        places.put("lookup-failed", "lookups/" + lookup(node, LookupRecord.Outcome.DEADLINE));
        places.put("journal", "journal?last=6h");
        places.put("journal-compare", "journal?vs=seq:%d&at=seq:%d".formatted(at - 450, at));
        places.put("event", "journal/" + at);
        places.put("peers", "peers");
        places.put("peer", "peers/" + peer);
        places.put("discovery", "discovery");
        places.put("metrics", "metrics");
        places.put("refusals", "refusals");
        places.put("config", "config");
        places.put("config-key", "config/log_level");
        places.put("audit", "audit");
        places.put("refused", "?at=seq:99999999");
        return places;
    }

    private Map<String, String> fleet(String console) throws Exception {
        String scarce = send(HttpRequest.newBuilder(URI.create(console + "keyspace")));
        String lookups = send(HttpRequest.newBuilder(URI.create(console + "lookups?outcome=found")));
        String nodes = send(HttpRequest.newBuilder(URI.create(console)));
        Map<String, String> places = new LinkedHashMap<>();
        places.put("fleet", "");
        places.put("fleet-node", "node/" + first(nodes, "node/(n3:[0-9a-f]{64})"));
        places.put("fleet-lookups", "lookups");
        Instant end = Instant.parse(first(nodes, "<time[^>]*datetime=\"([^\"]+)\""));
        places.put("fleet-changes", "changes?vs=" + end.minusSeconds(CHANGES_SECONDS));
        places.put("fleet-keyspace", "keyspace");
        places.put("fleet-content", "content/" + first(scarce, "content/(b3:[0-9a-f]{64})"));
        places.put("fleet-lookup", "lookups/" + first(lookups, "lookups/([0-9a-f-]{36})"));
        return places;
    }

    private static String first(String html, String pattern) throws IOException {
        Matcher m = Pattern.compile(pattern).matcher(html);
        if (!m.find()) {
            throw new IOException("no " + pattern + " in " + html);
        }
        return m.group(1);
    }

    /** @param all in every look; else light, wide and narrow alone */
    private void take(Browser browser, String console, Map<String, String> places, boolean all) throws Exception {
        List<Tab.Look> looks = List.of(
                new Tab.Look(false, true, 1440),
                new Tab.Look(false, true, 400),
                new Tab.Look(true, true, 1440),
                new Tab.Look(false, true, 900));
        for (Tab.Look look : all ? looks : looks.subList(0, 2)) {
            try (Tab tab = browser.open(look)) {
                for (var place : places.entrySet()) {
                    if (look.dark() && !DARK.contains(place.getKey())) {
                        continue;
                    }
                    tab.go(console + place.getValue());
                    String name = "%s-%d%s.png".formatted(place.getKey(), look.width(), look.dark() ? "-dark" : "");
                    Files.write(to.resolve(name), Palette.reduced(tab.picture()));
                }
            }
        }
    }
}
