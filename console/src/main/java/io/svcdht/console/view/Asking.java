package io.svcdht.console.view;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;

/** What a reader may write where a content id or a node is asked for. */
final class Asking {
    private Asking() {}

    static ContentId content(Visit visit, String text) {
        try {
            return ContentId.parse(text, visit.node().config().lenientIds());
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest(String.valueOf(e.getMessage()));
        }
    }

    static NodeId node(String text) {
        try {
            return NodeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest("A node id is n3: and 64 lower-case hex digits.");
        }
    }
}
