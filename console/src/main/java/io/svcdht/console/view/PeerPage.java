package io.svcdht.console.view;

import io.svcdht.console.view.Overview.Fact;
import io.svcdht.node.Network;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.net.Ways;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is known of one node.
 *
 * @param rows records it published that are kept here
 * @param allRecords all of them
 * @param ping where to ask for a sign of life; empty = not from here
 * @param ban where to ban it, or to lift the ban; empty = not from here
 * @param said what came of that
 * @param refusals of this run, where it was refused or refused us
 * @param events what the journal says of it, newest first; {@code eventsNote} says how far was looked
 */
public record PeerPage(
        Frame frame,
        String id,
        String sentence,
        List<Fact> facts,
        String bucketHref,
        List<ProviderRow> rows,
        String allRecords,
        List<RefusalRow> refusals,
        List<EventRow> events,
        String eventsNote,
        String inJournal,
        String ping,
        String ban,
        boolean banned,
        String said)
        implements Page {
    private static final int ROWS = 20;
    private static final int EVENTS = 50;

    public PeerPage {
        facts = List.copyOf(facts);
        rows = List.copyOf(rows);
        refusals = List.copyOf(refusals);
        events = List.copyOf(events);
    }

    public static PeerPage of(Visit visit) {
        return Scene.look(visit, scene -> Scene.past(visit.node(), () -> page(visit, scene)));
    }

    private static PeerPage page(Visit visit, Scene scene) {
        NodeId id = id(visit.lastSegment());
        Routing routing = scene.routing();
        Optional<Routing.Known> known = routing.of(id);
        EventSearch.Found found = EventSearch.of(visit.node(), EnumSet.allOf(EventType.class), null, id)
                .newest(visit.node().journal().firstPosition(), scene.position(), EVENTS, visit.spent());
        List<ProviderRow> rows = new ArrayList<>();
        for (Holders h : scene.providers().publishedBy(id, null, ROWS)) {
            for (StoredRecord r : h) {
                if (r.record().publisher().equals(id) && rows.size() < ROWS) {
                    rows.add(ProviderRow.of(r, visit, scene));
                }
            }
        }
        int bucket = routing.bucketOf(id);
        boolean banned = routing.isBanned(new Banned.Peer(id));
        return new PeerPage(
                Frame.of(visit, scene, Say.id(id.text())),
                id.text(),
                sentence(visit, id, known, banned),
                facts(visit, scene, id, known, bucket),
                bucket > 255 ? "" : visit.links().bucket(bucket),
                rows,
                Links.with(visit.links().to("providers"), "node", id.text()),
                scene.past() ? List.of() : RefusalRow.naming(id, visit),
                found.entries().stream()
                        .map(e -> EventRow.of(e, scene.nowMillis(), visit.links()))
                        .toList(),
                "%s%s"
                        .formatted(
                                Say.count(found.entries().size(), "event", "events"),
                                found.complete() ? "" : "; looked back to position " + Say.number(found.first())),
                Links.with(visit.links().to("journal"), "peer", id.text()),
                visit.mayAskOthers() && !scene.past() && known.isPresent()
                        ? visit.links().root() + "peers/%s/ping".formatted(id.text())
                        : "",
                visit.caller().mayConfigure()
                                && !scene.past()
                                && !id.equals(visit.node().id())
                        ? visit.links().root() + "peers/%s/%s".formatted(id.text(), banned ? "unban" : "ban")
                        : "",
                banned,
                scene.past() ? "" : visit.notebook().lastSaid("peers/" + id.text(), scene.nowMillis()));
    }

    /** By which way it is talked with, and how the secret of that was agreed on. */
    private static List<Fact> talk(Visit visit, NodeId id) {
        Ways.Peer way = PeersPage.ways(visit, List.of(id), 0).peers().get(id);
        String exchange = way == null ? null : way.keyExchange();
        Fact agreed = new Fact("Key exchange", exchange == null ? "no connection now" : keyExchange(exchange));
        return way == null ? List.of(agreed) : List.of(agreed, new Fact("Talked with", PeersPage.talk(way)));
    }

    private static String keyExchange(String name) {
        return switch (name) {
            case "X25519MLKEM768" -> "X25519MLKEM768: hybrid, post-quantum";
            case "untold" -> "not told by the JDK's TLS, classical";
            case String group -> group + ": classical";
        };
    }

    /** A ping in words. */
    public static String pinged(Network.Pinged pinged) {
        String after = TraceWords.millis(pinged.nanos());
        return switch (pinged.outcome()) {
            case ANSWERED -> "It answered a ping after " + after;
            case SOMEBODY_ELSE -> "Another node answers at its address, after " + after;
            case SILENT -> "It did not answer a ping in " + after;
            case UNREACHABLE -> "It could not be reached: that was known after " + after;
            case NO_CONTACT -> "It is no contact";
        };
    }

    public static NodeId id(String text) {
        if (!NodeId.looksLike(text)) {
            throw PageRefused.of(ErrorCode.NotFound, "A node is named as n3: and 64 lower-case hex digits.")
                    .leadingTo("buckets", "Routing table");
        }
        return NodeId.parse(text);
    }

    private static String sentence(Visit visit, NodeId id, Optional<Routing.Known> known, boolean banned) {
        if (id.equals(visit.node().id())) {
            return "This node itself";
        }
        String is = known.map(k -> k.verified()
                        ? "A contact that answered since the start"
                        : "A contact that has not answered yet")
                .orElse("No contact at this moment");
        return banned ? is + ", and banned" : is;
    }

    private static List<Fact> facts(Visit visit, Scene scene, NodeId id, Optional<Routing.Known> known, int bucket) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Shared leading bits", bucket > 255 ? "all" : String.valueOf(bucket)));
        if (!scene.past() && known.isPresent()) {
            facts.addAll(talk(visit, id));
        }
        known.map(Routing.Known::contact).ifPresent(c -> {
            facts.add(new Fact(
                    "Addresses", c.addrs().stream().map(PeerAddress::text).collect(Collectors.joining(", "))));
            facts.add(new Fact("Network", c.asn() == 0 ? "unknown" : "AS" + c.asn()));
            facts.add(new Fact("Ed25519 key", c.keys().ed25519().hex()));
            facts.add(new Fact(
                    "ML-DSA-87 key",
                    c.keys().classicalOnly()
                            ? "none: classical only"
                            : "hash " + c.keys().mlDsa87Hash().hex()));
        });
        return facts;
    }
}
