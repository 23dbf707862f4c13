package io.svcdht.console.view;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.view.Moment;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;

/** From what somebody pasted to the page about it. */
public final class FindBox {
    private FindBox() {}

    /**
     * Where to go on, as a relative link.
     *
     * @throws PageRefused if the text is nothing this console knows
     */
    public static String where(Visit visit) {
        Links links = visit.links();
        String q = visit.text("q").orElse("");
        if (q.isEmpty()) {
            return links.to("");
        }
        String digits = q.startsWith("seq:") ? q.substring(4) : q.replace(",", "");
        if (!digits.isEmpty() && digits.length() < 19 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return links.event(Long.parseLong(digits));
        }
        if (NodeId.looksLike(q)) {
            return links.peer(NodeId.parse(q));
        }
        if (q.matches("[0-9a-f]{64}")) {
            return links.content(Key.parseHex(q));
        }
        if (LookupsPage.parsed(q).isPresent()) {
            return links.to("lookups/" + q);
        }
        if (looksLikeTime(q)) {
            return links.to("journal", q);
        }
        try {
            return links.content(
                    ContentId.parse(q, visit.node().config().lenientIds()).key());
        } catch (IllegalArgumentException e) {
            throw PageRefused.of(
                    ErrorCode.BadRequest,
                    "“%s” is nothing to find here. Give a content id (b3: and 64 hex digits, or a CID), a node id (n3: and 64 hex digits), a lookup id, a position in the journal (18442907 or seq:18442907), or a time (2026-11-23T14:41:37Z)."
                            .formatted(Say.shortened(q, 40, 10)));
        }
    }

    private static boolean looksLikeTime(String q) {
        try {
            return Moment.parse(q) instanceof Moment.AtInstant;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
