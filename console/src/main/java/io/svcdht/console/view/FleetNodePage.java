package io.svcdht.console.view;

import io.svcdht.console.fleet.Census;
import io.svcdht.console.fleet.FleetNode;
import io.svcdht.console.fleet.NodeCard;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One node of a fleet: what it said of itself, and the way to its own pages.
 *
 * @param facts name and value
 * @param ways into its own console
 */
public record FleetNodePage(
        FleetFrame frame,
        String label,
        String id,
        List<Fact> facts,
        List<Fact> settings,
        List<String> notes,
        List<Frame.Way> ways,
        Object data)
        implements FleetPage {
    public FleetNodePage {
        facts = List.copyOf(facts);
        settings = List.copyOf(settings);
        notes = List.copyOf(notes);
        ways = List.copyOf(ways);
    }

    public record Fact(String name, String value) {}

    public static FleetNodePage of(FleetVisit visit) {
        FleetNode node = node(visit, visit.lastSegment());
        NodeCard card = node.card();
        FleetNode.Summary s = node.summary();
        List<Fact> facts = new ArrayList<>();
        fact(facts, "State", card.state().isEmpty() ? s.readiness() : card.state());
        fact(facts, "Because", s.reason());
        fact(facts, "Version", card.version().isEmpty() ? s.version() : card.version());
        fact(facts, "Commit", card.git());
        fact(facts, "Network", card.network());
        fact(facts, "API", card.http());
        fact(facts, "Writer of its journal", s.epoch() == 0 ? "" : "number " + s.epoch());
        fact(
                facts,
                "Events here",
                "%s to %s"
                        .formatted(
                                Say.number(node.log().firstPosition()),
                                Say.number(node.log().lastPosition())));
        fact(
                facts,
                "Last event",
                node.log().lastMillis() == 0 ? "" : Say.moment(node.log().lastMillis()));
        fact(facts, "States", states(node));
        fact(facts, "Last card", card.heardMillis() == 0 ? "" : Say.ago(Math.max(0, visit.now() - card.heardMillis())));
        fact(
                facts,
                "Shipped",
                card.shippedPosition() < 0
                        ? ""
                        : "up to %s of %s, by its last card"
                                .formatted(Say.number(card.shippedPosition()), Say.number(card.lastPosition())));
        fact(facts, "Given up unshipped", card.lost() == 0 ? "" : Say.count(card.lost(), "event", "events"));
        fact(facts, "Lookups here", Say.number(visit.store().traces().of(node.id())));
        fact(facts, "Came again", s.repeated() == 0 ? "" : Say.count(s.repeated(), "event", "events"));
        List<Fact> settings = new ArrayList<>();
        new TreeMap<>(card.settings()).forEach((k, v) -> settings.add(new Fact(k, v.isEmpty() ? "–" : v)));
        String id = node.id().text();
        return new FleetNodePage(
                FleetFrame.of(visit, node.label()),
                node.label(),
                id,
                facts,
                settings,
                card.notes(),
                List.of(
                        way(visit, id, "Overview", ""),
                        way(visit, id, "Journal", "journal"),
                        way(visit, id, "Providers", "providers"),
                        way(visit, id, "Routing table", "buckets"),
                        way(visit, id, "Lookups", "lookups")),
                Map.of(
                        "card",
                        Map.of(
                                "node", id,
                                "label", node.label(),
                                "version", card.version(),
                                "git", card.git(),
                                "network", card.network(),
                                "http", card.http(),
                                "settings", card.settings(),
                                "notes", card.notes()),
                        "summary",
                        s,
                        "first_position",
                        node.log().firstPosition(),
                        "last_position",
                        node.log().lastPosition(),
                        "census",
                        Census.of(visit.store(), visit.millis(), visit.past()).nodes().stream()
                                .filter(r -> r.node().equals(id))
                                .toList()));
    }

    private static String states(FleetNode node) {
        if (!node.hasStates()) {
            return "not known: what it held before its first event here is in none of them";
        }
        return node.isWhole() ? "known" : "known from position %s on".formatted(Say.number(node.statesFrom()));
    }

    private static void fact(List<Fact> facts, String name, String value) {
        if (!value.isEmpty()) {
            facts.add(new Fact(name, value));
        }
    }

    private static Frame.Way way(FleetVisit visit, String id, String label, String below) {
        return new Frame.Way(label, visit.toNode(id, below), "", false, false);
    }

    /** The node of an id, or a refusal. */
    static FleetNode node(FleetVisit visit, String text) {
        NodeId id;
        try {
            id = NodeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest("A node id is n3: and 64 lower-case hex digits.");
        }
        return visit.store()
                .node(id)
                .orElseThrow(() ->
                        PageRefused.of(ErrorCode.NotFound, "Nothing of node %s is here.".formatted(Say.id(id.text()))));
    }
}
