package io.svcdht.console.view;

import io.svcdht.console.view.Overview.Attention;
import io.svcdht.console.view.Overview.Fact;
import io.svcdht.console.view.Overview.Figure;
import io.svcdht.console.view.Overview.FirstSteps;
import io.svcdht.console.view.Overview.Moment;
import io.svcdht.console.view.Overview.NodeHead;
import io.svcdht.node.Node;
import io.svcdht.node.Node.Status;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.NodeConfig.Sync;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** One look at a node, from which a page is made. */
final class OverviewSnapshot {
    private static final int NEARLY_FULL_PERCENT = 90;
    private static final int QUEUE_LONG_PERCENT = 50;

    private final Node node;
    private final String address;
    private final NodeConfig config;
    private final Status status;
    private final long now;

    OverviewSnapshot(Node node, String address) {
        this.node = node;
        this.address = address;
        this.config = node.config();
        this.status = node.status();
        this.now = node.nowMillis();
    }

    Overview page(BooleanSupplier spent) {
        ExpiryScan scan = ExpiryScan.of(node.providers(), now, spent);
        return new Overview(
                head(),
                moment(),
                sentence(),
                figures(),
                attention(scan),
                facts(),
                scan.longestSeconds() > 0,
                ExpiryChart.of(scan),
                expiryNote(scan),
                firstSteps(),
                EventTable.latest(node.journal(), now));
    }

    private NodeHead head() {
        String id = node.id().text();
        return new NodeHead(
                Say.id(id),
                id,
                address,
                switch (status.readiness()) {
                    case BOOTING -> "Starting";
                    case READY -> "Ready";
                    case DEGRADED -> "Degraded";
                },
                switch (status.readiness()) {
                    case BOOTING -> "warn";
                    case READY -> "ok";
                    case DEGRADED -> "bad";
                },
                status.readinessReason(),
                config.amnesia());
    }

    private Moment moment() {
        String note = config.amnesia()
                ? "Amnesia: nothing is written to disk, and all of this ends with the process."
                        + node.untouchedJournal()
                                .map(" The journal in %s is left untouched."::formatted)
                                .orElse("")
                : "";
        return new Moment(Say.number(status.journalPosition()), Say.moment(now), Say.iso(now), note);
    }

    private String sentence() {
        String reason = status.readinessReason();
        return switch (status.readiness()) {
            case BOOTING -> "Not taking writes yet: %s.".formatted(reason);
            case READY -> "Serving, %s.".formatted(reason);
            case DEGRADED -> "Answering finds, refusing writes: %s.".formatted(reason);
        };
    }

    private List<Figure> figures() {
        long position = status.journalPosition();
        long behind = Math.max(0, position - status.durablePosition());
        return List.of(
                new Figure(
                        "Provider records",
                        Say.number(status.records()),
                        "",
                        Say.count(status.contentIds(), "content id", "content ids"),
                        "Announcements that have not run out, and the content ids they are about"),
                new Figure(
                        "Tombstones",
                        Say.number(status.tombstones()),
                        "",
                        "withdrawn",
                        "Withdrawn records, kept until 5 minutes after they would have run out"),
                new Figure(
                        "Journal position",
                        Say.number(position),
                        "",
                        "epoch " + Say.number(status.epoch()),
                        "Number of the last event; the epoch counts the writers this journal has had"),
                config.amnesia()
                        ? new Figure("Durable up to", "nothing", "", "amnesia", "Amnesia keeps events in memory only")
                        : new Figure(
                                "Durable up to",
                                Say.number(status.durablePosition()),
                                "",
                                behind == 0 ? "everything" : Say.count(behind, "event", "events") + " behind",
                                "Position up to which events outlive a power cut"),
                journalBytes(position),
                new Figure(
                        "Queue",
                        Say.number(status.queueDepth()),
                        "",
                        "of " + Say.number(status.queueCapacity()),
                        "Requests waiting for the engine; beyond the capacity they are refused"),
                new Figure(
                        "Uptime",
                        Say.duration(now - status.startedAtMillis()),
                        "",
                        "since " + Say.minute(status.startedAtMillis()),
                        "since " + Say.moment(status.startedAtMillis())));
    }

    private Figure journalBytes(long position) {
        String title = "Bytes of all events that are kept, as stored";
        if (config.amnesia()) {
            return new Figure("On disk", "0", "bytes", "amnesia", title);
        }
        String[] size = Say.bytes(status.journalBytes()).split(" ", 2);
        String each = position == 0 ? "no event yet" : "%d bytes an event".formatted(status.journalBytes() / position);
        return new Figure("On disk", size[0], size[1], each, title);
    }

    private List<Attention> attention(ExpiryScan scan) {
        List<Attention> all = new ArrayList<>();
        if (status.readiness() == Readiness.DEGRADED) {
            all.add(new Attention(
                    "Writes are refused",
                    status.readinessReason() + ". The log says more; the node tries again by itself."));
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
        return all;
    }

    private List<Fact> facts() {
        return List.of(
                new Fact("Node", node.id().text()),
                new Fact("Listens at", address),
                new Fact("Version", node.build().version()),
                new Fact(
                        "Build",
                        "git %s, %s".formatted(node.build().git(), node.build().built())),
                new Fact("Journal", config.amnesia() ? "in memory (amnesia)" : "on disk, sync=" + lower(config.sync())),
                new Fact("Epoch", Say.number(status.epoch())),
                new Fact(
                        "Limits",
                        "%s records, %s a content id, ttl up to %s"
                                .formatted(
                                        Say.number(config.maxRecords()),
                                        Say.number(config.maxProvidersPerCid()),
                                        Say.duration(config.ttlSecondsMax() * 1000L))));
    }

    private String expiryNote(ExpiryScan scan) {
        String seen = scan.complete()
                ? "All %s looked at.".formatted(Say.count(scan.scanned(), "record", "records"))
                : "A sample: %s of %s looked at, the time for it was spent."
                        .formatted(Say.number(scan.scanned()), Say.count(status.records(), "record", "records"));
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
        return new FirstSteps(status.ready(), """
                curl http://%s/dht/provide%s -H 'Content-Type: application/json' \\
                  -d '{"cid":"%s","node":"local://here","ttl_secs":600}'""".formatted(address, token, cid), "svc-dht provide --files DIR");
    }

    private static String lower(Sync sync) {
        return sync.name().toLowerCase(Locale.ROOT);
    }
}
