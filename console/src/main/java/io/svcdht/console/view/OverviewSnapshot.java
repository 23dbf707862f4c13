package io.svcdht.console.view;

import io.svcdht.console.view.Overview.Attention;
import io.svcdht.console.view.Overview.Fact;
import io.svcdht.console.view.Overview.Figure;
import io.svcdht.console.view.Overview.FirstSteps;
import io.svcdht.node.Node;
import io.svcdht.node.Node.Status;
import io.svcdht.node.Shipping;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.Sync;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.state.Routing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One look at a node, from which a page is made. */
final class OverviewSnapshot {
    private static final int NEARLY_FULL_PERCENT = 90;
    private static final int QUEUE_LONG_PERCENT = 50;
    /** Rules whose matter has a longer sentence of its own here. */
    private static final List<String> SAID_ABOVE = List.of("queue", "records");

    private final Visit visit;
    private final Scene scene;
    private final Node node;
    private final NodeConfig config;
    private final Status status;
    private final long now;

    OverviewSnapshot(Visit visit, Scene scene) {
        this.visit = visit;
        this.scene = scene;
        this.node = visit.node();
        this.config = node.config();
        this.status = node.status();
        this.now = scene.nowMillis();
    }

    Overview page() {
        Stretch stretch = Stretch.of(visit);
        Routing routing = Scene.past(node, scene::routing);
        ExpiryScan scan = ExpiryScan.of(scene.providers(), now, visit.spent());
        return new Overview(
                Frame.of(visit, scene, "Overview"),
                scene.past() ? "As this node was " + Say.ago(node.nowMillis() - now) + "." : sentence(),
                scene.past() ? List.of() : MetricsPage.Choice.windows(visit, stretch),
                visit.links().to("overview.json"),
                scene.past() ? pastFigures() : new OverviewFigures(node, stretch).all(),
                scene.past() ? List.of() : attention(scan, stretch),
                facts(),
                scene.past() ? List.of() : ShippingFacts.of(node),
                !routing.contacts().isEmpty(),
                BucketChart.of(routing, config.network(), visit.links()),
                KeyRing.of(routing, node.id(), scene),
                scan.longestSeconds() > 0,
                ExpiryChart.of(scan),
                expiryNote(scan),
                firstSteps(),
                EventTable.latest(node.journal(), scene, visit.links()));
    }

    private String sentence() {
        if (node.unknown().isPresent()) {
            return Say.sentence(node.unknown().get());
        }
        String reason = status.readinessReason();
        return switch (status.readiness()) {
            case BOOTING -> "Not taking writes yet: %s.".formatted(reason);
            // What made it ready was true at that moment.
            case READY ->
                node.routing().contacts().isEmpty()
                        ? "Serving, alone: nobody is known."
                        : "Serving, %s known."
                                .formatted(Say.count(node.routing().contacts().size(), "contact", "contacts"));
            case DEGRADED -> "Answering finds, refusing writes: %s.".formatted(reason);
        };
    }

    /** What the state of the moment says; what only the running process knows is not of the past. */
    private List<Figure> pastFigures() {
        return List.of(
                records(scene.providers().records(), scene.providers().contentIds()),
                tombstones(scene.providers().tombstones()),
                new Figure(
                        "Contacts",
                        Say.number(scene.routing().contacts().size()),
                        "",
                        Say.count(scene.routing().bans().size(), "ban", "bans"),
                        "Contacts in the routing table, and what is on the deny list"),
                new Figure(
                        "Journal position",
                        Say.number(scene.position()),
                        "",
                        Say.count(status.journalPosition() - scene.position(), "event", "events") + " since",
                        "Number of the last event of this moment"));
    }

    private static Figure records(long records, long contentIds) {
        return new Figure(
                "Provider records",
                Say.number(records),
                "",
                Say.count(contentIds, "content id", "content ids"),
                "Announcements that have not run out, and the content ids they are about");
    }

    private static Figure tombstones(long n) {
        return new Figure(
                "Tombstones",
                Say.number(n),
                "",
                "withdrawn",
                "Withdrawn records, kept until 5 minutes after they would have run out");
    }

    private List<Attention> attention(ExpiryScan scan, Stretch stretch) {
        List<Attention> all = new ArrayList<>();
        if (status.readiness() == Readiness.DEGRADED) {
            all.add(new Attention(
                    "Writes are refused",
                    status.readinessReason() + ". The log says more; the node tries again by itself."));
        }
        Shipping.Status shipping = node.shipping().status();
        if (shipping.isDown()) {
            all.add(new Attention(
                    "The journal is not shipped, %s"
                            .formatted(Say.count(shipping.lagEvents(), "event waits", "events wait")),
                    shipping.why() + "."));
        }
        if (status.queueDepth() * 100L >= (long) status.queueCapacity() * QUEUE_LONG_PERCENT) {
            all.add(new Attention(
                    "%s requests wait for the engine".formatted(Say.number(status.queueDepth())),
                    "At %s the next are refused with 429. Is the disk slow, or the load above what sync=%s can carry?"
                            .formatted(Say.number(status.queueCapacity()), lower(config.sync()))));
        }
        if (status.records() * 100L >= config.maxRecords() * NEARLY_FULL_PERCENT) {
            all.add(new Attention(
                    "%s of %s records".formatted(Say.number(status.records()), Say.number(config.maxRecords())),
                    "At the cap only refreshes are taken. Raise max_records, and the heap with it."));
        }
        if (scan.overdue() > 0 && status.readiness() != Readiness.BOOTING && scan.overdue() * 20 > scan.scanned()) {
            all.add(new Attention(
                    "%s ran out and wait for their event".formatted(Say.count(scan.overdue(), "record", "records")),
                    "Finds no longer show them. The engine expires 4,096 every 50 ms; this goes away by itself."));
        }
        if (!config.amnesia() && config.sync() == Sync.NONE) {
            all.add(new Attention(
                    "sync=none",
                    "Writes are acknowledged before they are on the medium: a power cut may take the last of them."));
        }
        String alarm = node.network().map(n -> n.standing().guard().alarm()).orElse("");
        if (!alarm.isEmpty()) {
            all.add(new Attention(
                    "Somebody may close in on a key",
                    "The %s. Lookups take four paths for ten minutes; who holds the closest ids is on the routing page."
                            .formatted(alarm)));
        }
        for (MetricsPage.Rule rule : Rules.of(visit, stretch)) {
            if (rule.firing() && !SAID_ABOVE.contains(rule.id())) {
                all.add(new Attention("%s: %s".formatted(rule.name(), rule.now()), rule.advice()));
            }
        }
        return all;
    }

    private List<Fact> facts() {
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Node", node.id().text()),
                new Fact("Listens at", visit.address()),
                new Fact("Version", node.build().version()),
                new Fact(
                        "Build",
                        "git %s, %s".formatted(node.build().git(), node.build().built())),
                new Fact("Journal", journal()),
                new Fact("Epoch", Say.number(status.epoch())),
                new Fact(
                        "Limits",
                        "%s records, %s a content id, ttl up to %s"
                                .formatted(
                                        Say.number(config.maxRecords()),
                                        Say.number(config.maxProvidersPerCid()),
                                        Say.duration(config.ttlSecondsMax() * 1000L)))));
        if (!scene.past()) {
            facts.addAll(List.of(
                    new Fact(
                            "Durable up to",
                            config.amnesia() ? "nothing: amnesia" : Say.number(status.durablePosition()),
                            config.amnesia() ? "" : "durable"),
                    new Fact("Tombstones", Say.number(status.tombstones()), "tombstones"),
                    new Fact("Queue of the engine", Say.number(status.queueDepth()), "queue"),
                    new Fact(
                            "Up for",
                            "%s, since %s"
                                    .formatted(
                                            Say.duration(now - status.startedAtMillis()),
                                            Say.minute(status.startedAtMillis())))));
        }
        return facts;
    }

    private String journal() {
        if (config.amnesia()) {
            return "in memory (amnesia)";
        }
        return config.kafka().journal() == KafkaConfig.Store.KAFKA
                ? "on Kafka, topics %s.*".formatted(config.kafka().prefix())
                : "on disk, sync=" + lower(config.sync());
    }

    private String expiryNote(ExpiryScan scan) {
        String seen = scan.complete()
                ? "All %s looked at.".formatted(Say.count(scan.scanned(), "record", "records"))
                : "A sample: %s of %s looked at, the time for it was spent."
                        .formatted(
                                Say.number(scan.scanned()),
                                Say.count(scene.providers().records(), "record", "records"));
        return scan.overdue() == 0
                ? seen
                : seen + " %s out of time, expiry under way.".formatted(Say.number(scan.overdue()));
    }

    private FirstSteps firstSteps() {
        // A short id is easier on the eyes; where only real ones are taken, the digest of that very text.
        String cid = config.lenientIds()
                ? "b3:hello"
                : ContentId.canonical(Key.of(Blake3.hash("hello".getBytes(StandardCharsets.UTF_8))));
        String token = config.adminTokenFile().isPresent() ? " -H 'Authorization: Bearer TOKEN'" : "";
        return new FirstSteps(
                status.ready() && !scene.past(),
                """
                curl http://%s/dht/provide%s -H 'Content-Type: application/json' \\
                  -d '{"cid":"%s","node":"local://here","ttl_secs":600}'\
                """.formatted(visit.address(), token, cid),
                "svc-dht provide --files DIR");
    }

    private static String lower(Sync sync) {
        return sync.name().toLowerCase(Locale.ROOT);
    }
}
