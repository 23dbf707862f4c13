package io.svcdht.console.view;

import io.svcdht.console.view.Comparison.Change;
import io.svcdht.console.view.Comparison.What;
import io.svcdht.node.view.DiffJson;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.replay.RoutingDiff;
import io.svcdht.storage.replay.StateDiff;

/**
 * One change as a line of a table.
 *
 * @param tone class of the first cell: add, del or chg
 * @param event position of the event that caused it, empty = not found in the time for it
 */
public record DiffRow(
        String sign,
        String tone,
        String change,
        String kind,
        String subject,
        String subjectTitle,
        String subjectHref,
        String where,
        String why,
        String event,
        String eventHref) {
    static DiffRow of(Change change, Links links) {
        return switch (change.what()) {
            case What.OfRecord(StateDiff.Change c) -> record(c, change.causedBy(), links);
            case What.OfContact(RoutingDiff.Change c, int bucket) -> contact(c, bucket, change.causedBy(), links);
            case What.OfBan(var ban, boolean added) ->
                row(
                        added ? "added" : "removed",
                        "ban",
                        ban.what().text(),
                        EventRow.href(ban.what(), links),
                        "deny list",
                        ban.reason(),
                        change.causedBy(),
                        links);
            case What.OfConfig(var c) ->
                row(
                        "changed",
                        "config",
                        c.key(),
                        links.to("config"),
                        "settings",
                        "%s to %s, by %s".formatted(c.from(), c.to(), c.source()),
                        change.causedBy(),
                        links);
        };
    }

    private static DiffRow record(StateDiff.Change c, long by, Links links) {
        String locator = c.identity().locator();
        return row(
                DiffJson.kind(c),
                "record",
                DiffJson.cid(c),
                links.content(c.identity().key()),
                locator.isEmpty() ? Say.id(c.identity().publisher().text()) : locator,
                Comparison.why(c),
                by,
                links);
    }

    private static DiffRow contact(RoutingDiff.Change c, int bucket, long by, Links links) {
        NodeId node = c.node();
        String change = c.before().isEmpty() ? "added" : c.after().isEmpty() ? "removed" : "changed";
        String why = c.after()
                .or(c::before)
                .map(k -> k.contact().addr().text()
                        + (k.contact().asn() == 0 ? "" : ", AS" + k.contact().asn()))
                .orElse("");
        return row(change, "contact", node.text(), links.peer(node), "bucket " + bucket, why, by, links);
    }

    private static DiffRow row(
            String change, String kind, String subject, String href, String where, String why, long by, Links links) {
        String sign =
                switch (change) {
                    case "added" -> "+";
                    case "removed" -> "−";
                    default -> "~";
                };
        String tone =
                switch (change) {
                    case "added" -> "add";
                    case "removed" -> "del";
                    default -> "chg";
                };
        return new DiffRow(
                sign,
                tone,
                change,
                kind,
                Say.id(subject),
                subject,
                href,
                Say.shortened(where, 24, 8),
                Say.shortened(why, 60, 10),
                by == 0 ? "" : Say.number(by),
                by == 0 ? "" : links.event(by));
    }
}
