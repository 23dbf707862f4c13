package io.svcdht.benchmarks.fleet;

import com.sun.management.OperatingSystemMXBean;
import io.svcdht.console.FleetServer;
import io.svcdht.console.cli.FleetStarter.Doors;
import io.svcdht.console.fleet.FleetNode;
import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.storage.model.ContentId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How long the pages of a fleet take: {@code DIRECTORY NODES EVENTS CONTENTS LOOKUPS}, EVENTS over all nodes. Makes the
 * index, opens it anew, serves it and asks; each request for something nobody asked for before.
 */
public final class FleetBench {
    private static final int EACH = 50;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Random random = new Random(7);
    private final MadeFleet fleet;
    private final FleetStore store;
    private String base = "";

    private FleetBench(MadeFleet fleet, FleetStore store) {
        this.fleet = fleet;
        this.store = store;
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int nodes = Integer.parseInt(args[1]);
        MadeFleet fleet = new MadeFleet(
                nodes, Long.parseLong(args[2]) / nodes, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        try (FleetStore store = FleetStore.open(directory)) {
            new FleetBench(fleet, store).make(directory);
        }
        long began = System.nanoTime();
        try (FleetStore store = FleetStore.open(directory)) {
            say("opened anew in %.1f s", (System.nanoTime() - began) / 1e9);
            // Cards are not kept: they come again with the topics.
            store.take(fleet);
            new FleetBench(fleet, store).pages();
        }
    }

    private static void say(String what, Object... values) {
        System.out.printf(Locale.ROOT, what + "%n", values);
    }

    private void make(Path directory) throws IOException {
        long began = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        while (store.take(fleet)) {
            store.keepUp();
        }
        store.keepUp();
        double seconds = (System.nanoTime() - began) / 1e9;
        long events = store.events();
        say(
                "%,d events of %,d nodes and %,d lookups taken in %.0f s, %,.0f events/s, CPU %.1f us an event",
                events,
                store.nodes().size(),
                store.traces().size(),
                seconds,
                events / seconds,
                (system.getProcessCpuTime() - cpu) / 1e3 / events);
        try (Stream<Path> all = Files.walk(directory)) {
            long bytes = 0;
            for (Path p : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(p);
            }
            say("%,d MB of index, %.0f bytes an event", bytes >> 20, (double) bytes / events);
        }
    }

    private void pages() throws Exception {
        FleetPlace place = FleetPlace.recorded("bench", "A fleet that was made up.", store);
        try (FleetServer server =
                FleetServer.start(store, place, new Doors(new HostPort("127.0.0.1", 0), List.of(), Optional.empty()))) {
            base = "http://" + server.address() + "/console/";
            say("load average %s", Files.readString(Path.of("/proc/loadavg")).strip());
            say("%-34s %8s %8s %8s %8s %8s", "page, ms at the client", "first", "median", "p95", "most", "ms CPU");
            ask("node list", () -> "");
            ask("timeline of a content id", () -> "content/" + someContent());
            ask("stitched lookup", () -> "lookups/" + some(fleet.lookups()));
            ask("state of a node at a moment", () -> "nodes/%s/providers?at=seq:%d"
                    .formatted(someNode().id().key().hex(), somePosition()));
            ask("timeline of a content id, past", () -> "content/%s?at=%s".formatted(someContent(), someMoment()));
            ask("lookups", () -> "lookups");
            ask("key space", () -> "keyspace");
            ask("node list at a moment", () -> "?at=" + someMoment());
            say("load average %s", Files.readString(Path.of("/proc/loadavg")).strip());
        }
    }

    private <T> T some(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String someContent() {
        return ContentId.canonical(fleet.content(random.nextInt(fleet.contents())));
    }

    private FleetNode someNode() {
        return some(store.nodes());
    }

    private long somePosition() {
        return 1 + random.nextLong(someNode().log().lastPosition());
    }

    private String someMoment() {
        long span = System.currentTimeMillis() - fleet.beganMillis();
        return java.time.Instant.ofEpochMilli(fleet.beganMillis() + random.nextLong(span))
                .toString();
    }

    private void ask(String name, Supplier<String> path) throws Exception {
        double[] millis = new double[EACH];
        long cpu = system.getProcessCpuTime();
        for (int i = 0; i < EACH; i++) {
            long began = System.nanoTime();
            get(path.get());
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        double each = (system.getProcessCpuTime() - cpu) / 1e6 / EACH;
        double first = millis[0];
        Arrays.sort(millis);
        say(
                "%-34s %8.1f %8.1f %8.1f %8.1f %8.1f",
                name, first, millis[EACH / 2], millis[(EACH * 95 + 99) / 100 - 1], millis[EACH - 1], each);
    }

    private void get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).build();
        HttpResponse<String> r = client.send(request, BodyHandlers.ofString());
        // A node's own pages are mounted when they are first asked for.
        if (r.statusCode() != 200) {
            throw new IOException("%s says %d: %s".formatted(path, r.statusCode(), r.body()));
        }
    }
}
