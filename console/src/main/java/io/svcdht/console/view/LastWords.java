package io.svcdht.console.view;

import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.NodeId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * When the journal last heard of each contact: that it came, or that it answered. What the node observed since is not
 * in the journal; an answer is journaled at most once in five minutes. The {@link Notebook} keeps the last ones, and a
 * page of a moment near by looks only through what lies between, and on where the time was spent.
 *
 * @param upTo position of the moment they are of, 0 = of none
 * @param words the last one of each contact, where it was found
 * @param lookedTo of the contacts without a word: from which position on there is none
 * @param complete whether the whole journal was searched for those that are missing
 */
record LastWords(long upTo, Map<NodeId, JournalEntry> words, Map<NodeId, Long> lookedTo, boolean complete) {
    static final LastWords NONE = new LastWords(0, Map.of(), Map.of(), false);

    private static final Set<EventType> HEARD =
            EnumSet.of(EventType.ContactAdded, EventType.ContactRefreshed, EventType.ContactReplaced);
    private static final int EVENTS_MAX = 4096;

    LastWords {
        words = Map.copyOf(words);
        lookedTo = Map.copyOf(lookedTo);
    }

    /** Looks back from the scene's moment until each contact was heard of, or the visit's budget is spent. */
    static LastWords at(Visit visit, Scene scene) {
        JournalSource journal = visit.node().journal();
        Set<NodeId> contacts = new HashSet<>();
        scene.routing().contacts().forEach(k -> contacts.add(k.contact().id()));
        LastWords made = visit.notebook().lastWords(journal, scene.past()).movedTo(visit, scene.position(), contacts);
        visit.notebook().keep(journal, scene.past(), made);
        return made;
    }

    /** The same of another moment, whose contacts these are. */
    LastWords movedTo(Visit visit, long position, Set<NodeId> contacts) {
        LastWords on = position > upTo ? movedOn(visit, position, contacts) : this;
        Map<NodeId, JournalEntry> now = new HashMap<>();
        Map<NodeId, Long> missing = new HashMap<>();
        for (NodeId contact : contacts) {
            JournalEntry word = on.words.get(contact);
            if (word != null && word.position() <= position) {
                now.put(contact, word);
            } else {
                // A later word says nothing of what was before it; where there is none, there is none up to here
                // either.
                long looked = word == null ? on.lookedTo.getOrDefault(contact, Long.MAX_VALUE) : Long.MAX_VALUE;
                missing.put(contact, Math.min(looked, position + 1));
            }
        }
        return completed(visit, position, now, missing);
    }

    /** What came since; where that is too much to look through, what was known before is of no use. */
    private LastWords movedOn(Visit visit, long position, Set<NodeId> contacts) {
        long first = visit.node().journal().firstPosition();
        EventSearch.Found found = search(visit, Math.max(first, upTo + 1), position, contacts);
        Map<NodeId, JournalEntry> now = new HashMap<>();
        Map<NodeId, Long> missing = new HashMap<>();
        boolean joins = found.complete() && first <= upTo + 1;
        if (joins) {
            now.putAll(words);
            missing.putAll(lookedTo);
        }
        for (NodeId contact : contacts) {
            missing.putIfAbsent(contact, found.first());
        }
        newest(found).forEach((node, word) -> {
            now.put(node, word);
            missing.remove(node);
        });
        return new LastWords(position, now, missing, false);
    }

    /** Looks further back for those that are missing. */
    private static LastWords completed(
            Visit visit, long position, Map<NodeId, JournalEntry> now, Map<NodeId, Long> missing) {
        long first = visit.node().journal().firstPosition();
        long from = missing.isEmpty() ? 0 : Collections.max(missing.values()) - 1;
        if (from < first) {
            return new LastWords(position, now, missing, true);
        }
        EventSearch.Found found = search(visit, first, from, missing.keySet());
        newest(found).forEach((node, word) -> {
            if (missing.remove(node) != null) {
                now.put(node, word);
            }
        });
        missing.replaceAll((node, looked) -> Math.min(looked, found.first()));
        return new LastWords(position, now, missing, missing.isEmpty() || found.complete());
    }

    private static EventSearch.Found search(Visit visit, long from, long to, Set<NodeId> wanted) {
        Set<NodeId> missing = new HashSet<>(wanted);
        return EventSearch.of(visit.node(), HEARD, null, null)
                .where(e -> {
                    missing.removeAll(Subject.peersOf(e.event()));
                    return true;
                })
                .newest(
                        from,
                        to,
                        EVENTS_MAX,
                        () -> missing.isEmpty() || visit.spent().getAsBoolean());
    }

    private static Map<NodeId, JournalEntry> newest(EventSearch.Found found) {
        Map<NodeId, JournalEntry> of = new HashMap<>();
        for (JournalEntry e : found.entries()) {
            Subject.peersOf(e.event()).forEach(n -> of.putIfAbsent(n, e));
        }
        return of;
    }

    Optional<JournalEntry> of(NodeId node) {
        return Optional.ofNullable(words.get(node));
    }
}
