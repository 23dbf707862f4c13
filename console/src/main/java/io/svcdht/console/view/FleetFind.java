package io.svcdht.console.view;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;

/** The field at the top of a fleet's pages: a content id, a node, a lookup. */
public final class FleetFind {
    private FleetFind() {}

    /** Where what was written leads. */
    public static String where(FleetVisit visit) {
        String q = visit.text("q").orElse("");
        if (q.isEmpty()) {
            return visit.to("");
        }
        if (NodeId.looksLike(q)) {
            return visit.to("node/" + FleetNodePage.node(visit, q).id().text());
        }
        if (LookupsPage.parsed(q).isPresent()) {
            return visit.to("lookups/" + q);
        }
        return visit.to("content/" + ContentId.canonical(visit.content(q).key()));
    }
}
