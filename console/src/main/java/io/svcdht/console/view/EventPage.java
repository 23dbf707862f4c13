package io.svcdht.console.view;

import io.svcdht.console.view.Overview.Fact;
import io.svcdht.node.Node;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.view.EventJson;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.replay.Moments;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * One event: what it says, what it follows from, what follows from it, and its bytes.
 *
 * @param causes from the nearest to the first; {@code causesNote} says why the chain ends
 * @param effects events that name it as their cause, as far as {@code effectsNote} says
 * @param around the events beside it, newest first
 * @param before the state just before it
 * @param after the state just after it
 * @param changed what it changed
 */
public record EventPage(
        Frame frame,
        String position,
        String type,
        List<Fact> facts,
        EventRow row,
        List<EventRow> causes,
        String causesNote,
        List<EventRow> effects,
        String effectsNote,
        List<EventRow> around,
        String json,
        String hex,
        String stored,
        String previous,
        String next,
        String before,
        String after,
        String changed)
        implements Page {
    private static final int CAUSES_MAX = 20;
    private static final int EFFECTS_MAX = 50;
    private static final int AROUND = 6;
    private static final int HEX_PER_LINE = 32;
    private static final int HEX_BYTES_MAX = 8192;

    public EventPage {
        facts = List.copyOf(facts);
        causes = List.copyOf(causes);
        effects = List.copyOf(effects);
        around = List.copyOf(around);
    }

    /** Makes the page of the position in the path; blocks while it reads. */
    public static EventPage of(Visit visit) {
        return Scene.past(visit.node(), () -> page(visit));
    }

    private static EventPage page(Visit visit) {
        Node node = visit.node();
        long position = position(visit);
        long last = node.journal().lastPosition();
        if (position > last) {
            throw PageRefused.of(
                            ErrorCode.FuturePosition,
                            "Event %s has not happened yet; the last is %s."
                                    .formatted(Say.number(position), Say.number(last)))
                    .leadingTo("journal", "Journal");
        }
        JournalEntry entry = Moments.entryAt(node.journal(), position);
        long now = node.nowMillis();
        long day = entry.instantMillis();
        Links links = visit.links();
        List<EventRow> causes = new ArrayList<>();
        String causesNote = causes(node, entry, links, causes);
        EventSearch.Found effects = effects(visit, entry, last);
        EventSearch.Found around = EventSearch.all(node)
                .newest(
                        Math.max(node.journal().firstPosition(), position - AROUND),
                        Math.min(last, position + AROUND),
                        2 * AROUND + 1,
                        () -> false);
        byte[] bytes = bytes(entry);
        String title = "Event " + Say.number(position);
        return new EventPage(
                Frame.lasting(visit, title, "events stay as they are"),
                Say.number(position),
                entry.event().type().name(),
                facts(entry, now),
                EventRow.of(entry, day, links),
                causes,
                causesNote,
                rows(effects, day, links),
                effectsNote(effects),
                rows(around, day, links),
                EventJson.line(entry),
                hex(bytes),
                "version %d, %s"
                        .formatted(EventCodec.versionOf(entry.event()), Say.count(bytes.length, "byte", "bytes")),
                position > node.journal().firstPosition() ? links.event(position - 1) : "",
                position < last ? links.event(position + 1) : "",
                links.to("", "seq:" + (position - 1)),
                links.to("", "seq:" + position),
                Links.with(links.to("journal", "seq:" + position), "vs", "seq:" + (position - 1)));
    }

    private static long position(Visit visit) {
        String text = visit.lastSegment();
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw PageRefused.of(ErrorCode.NotFound, "An event is named by its position, such as 18442907.")
                    .leadingTo("journal", "Journal");
        }
        long position = Long.parseLong(text);
        if (position == 0) {
            throw PageRefused.of(ErrorCode.NotFound, "The first event has position 1.")
                    .leadingTo("journal", "Journal");
        }
        return position;
    }

    private static List<Fact> facts(JournalEntry entry, long now) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(
                "Time", "%s, %s".formatted(Say.iso(entry.instantMillis()), Say.ago(now - entry.instantMillis()))));
        String detail = EventRow.detail(entry);
        if (!detail.isEmpty()) {
            facts.add(new Fact("Says", detail));
        }
        return facts;
    }

    /** Why the chain ends. */
    private static String causes(Node node, JournalEntry entry, Links links, List<EventRow> into) {
        long cause = entry.cause();
        while (cause != 0 && into.size() < CAUSES_MAX) {
            try {
                JournalEntry e = Moments.entryAt(node.journal(), cause);
                into.add(EventRow.of(e, entry.instantMillis(), links));
                cause = e.cause();
            } catch (JournalTruncated e) {
                return "Event %s, which comes before, is no longer kept.".formatted(Say.number(cause));
            }
        }
        if (cause != 0) {
            return "The chain goes on with event %s.".formatted(Say.number(cause));
        }
        return into.isEmpty() ? "It follows from no other event: a request, the clock or a peer made it." : "";
    }

    private static EventSearch.Found effects(Visit visit, JournalEntry entry, long last) {
        // What follows from an event about a content id is about it too; that leaves most segments unread.
        return EventSearch.of(visit.node(), EnumSet.allOf(EventType.class), Subject.keyOf(entry.event()), null)
                .where(e -> e.cause() == entry.position())
                .oldest(entry.position() + 1, last, EFFECTS_MAX, visit.spent());
    }

    private static String effectsNote(EventSearch.Found effects) {
        if (effects.complete()) {
            return effects.entries().isEmpty() ? "Nothing follows from it so far." : "";
        }
        return "Looked at up to position %s.".formatted(Say.number(effects.last()));
    }

    private static List<EventRow> rows(EventSearch.Found found, long day, Links links) {
        return found.entries().stream().map(e -> EventRow.of(e, day, links)).toList();
    }

    private static byte[] bytes(JournalEntry e) {
        ByteSink out = new ByteSink(256);
        EventCodec.encode(e.position(), e.instantMillis(), e.cause(), e.event(), out);
        return out.toByteArray();
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < Math.min(bytes.length, HEX_BYTES_MAX); at += HEX_PER_LINE) {
            out.append("%04x ".formatted(at));
            for (int i = at; i < Math.min(bytes.length, at + HEX_PER_LINE); i++) {
                out.append(i % 8 == 0 ? " " : "").append("%02x".formatted(bytes[i] & 0xff));
            }
            out.append('\n');
        }
        return bytes.length > HEX_BYTES_MAX ? out.append("…").toString() : out.toString();
    }
}
