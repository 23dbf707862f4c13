package io.svcdht.console.view;

import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.model.NodeId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * When the journal last heard of each contact: that it came, or that it answered. What the node observed since is not
 * in the journal; an answer is journaled at most once in five minutes.
 *
 * @param complete whether the whole journal was searched for those that are missing
 */
record LastWords(Map<NodeId, JournalEntry> of, boolean complete) {
    private static final Set<EventType> HEARD =
            EnumSet.of(EventType.ContactAdded, EventType.ContactRefreshed, EventType.ContactReplaced);
    private static final int EVENTS_MAX = 4096;

    /** Looks back from the scene's moment until each contact was heard of, or the visit's budget is spent. */
    static LastWords at(Visit visit, Scene scene) {
        Set<NodeId> missing = new HashSet<>();
        scene.routing().contacts().forEach(k -> missing.add(k.contact().id()));
        EventSearch.Found found = EventSearch.of(visit.node(), HEARD, null, null)
                .where(e -> {
                    missing.removeAll(Subject.peersOf(e.event()));
                    return true;
                })
                .newest(
                        visit.node().journal().firstPosition(),
                        scene.position(),
                        EVENTS_MAX,
                        () -> missing.isEmpty() || visit.spent().getAsBoolean());
        Map<NodeId, JournalEntry> of = new HashMap<>();
        for (JournalEntry e : found.entries()) {
            Subject.peersOf(e.event()).forEach(n -> of.putIfAbsent(n, e));
        }
        return new LastWords(of, missing.isEmpty() || found.complete());
    }

    Optional<JournalEntry> of(NodeId node) {
        return Optional.ofNullable(of.get(node));
    }
}
