package io.svcdht.console.view;

import io.svcdht.console.view.JournalPage.Filter;
import io.svcdht.console.view.JournalPage.Legend;
import io.svcdht.console.view.JournalPage.Step;
import io.svcdht.node.Node;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One look at the journal, from which its page is made. */
final class JournalSnapshot {
    private static final int ROWS = 50;
    private static final List<String> WINDOWS = List.of("15m", "1h", "6h", "24h", "7d");
    private static final List<Integer> WINDOW_SECONDS = List.of(900, 3600, 21_600, 86_400, 604_800);

    private final Visit visit;
    private final Node node;
    private final Links links;
    private final Optional<Scene.Asked> b;
    private final Optional<Scene.Asked> a;
    private final long first;
    private final long last;
    /** Position and instant of B. */
    private final long position;

    private final long millis;

    JournalSnapshot(Visit visit) {
        this.visit = visit;
        this.node = visit.node();
        this.links = visit.links();
        this.b = Scene.asked(visit, "at");
        this.a = Scene.asked(visit, "vs");
        this.first = node.journal().firstPosition();
        this.last = node.journal().lastPosition();
        this.position = b.map(Scene.Asked::position).orElse(last);
        this.millis = b.isPresent() ? instant(b.get()) : node.nowMillis();
        if (a.isPresent() && a.get().position() > position) {
            throw PageRefused.of(
                            ErrorCode.BadRequest,
                            "A is position %s, behind B, %s. Exchange them to see what changed from the earlier to the later."
                                    .formatted(Say.number(a.get().position()), Say.number(position)))
                    .leadingTo(swapped(), "Exchange A and B");
        }
    }

    private long instant(Scene.Asked asked) {
        return asked.instantMillis() > 0 ? asked.instantMillis() : Scene.instantOf(node, asked.position());
    }

    private String swapped() {
        String text = visit.text("at").orElse("seq:" + last);
        return "journal?at=" + Links.encoded(visit.text("vs").orElse("")) + "&vs=" + Links.encoded(text);
    }

    JournalPage page() {
        EventSearch.Found found = search().newest(first, upTo(), ROWS, visit.spent());
        long from = found.first();
        return new JournalPage(
                Frame.of(visit, "Journal", b.isPresent(), position, millis, note()),
                chart(),
                Arrays.stream(EventRates.Kind.values())
                        .map(k -> new Legend(k.label, k.fill))
                        .toList(),
                moments(),
                steps(),
                windows(),
                filter(),
                new EventTable(rows(found), scanned(found), ""),
                found.complete() ? "" : visit.here("before", String.valueOf(from)),
                visit.here("before", "", "vs", "", "kind", "", "from", "", "last", "")
                        .replaceFirst("journal", "journal.ndjson"),
                a.isPresent(),
                a.isPresent() ? changes(a.get()) : JournalPage.Changes.NONE);
    }

    private String note() {
        return b.isPresent() ? "events up to this moment; serving goes on" : "";
    }

    long upTo() {
        return Math.min(position, visit.number("before", Long.MAX_VALUE, 0, Long.MAX_VALUE) - 1);
    }

    EventSearch search() {
        return EventSearch.of(node, types(), key(), peer());
    }

    private Set<EventType> types() {
        String name = visit.text("type").orElse("");
        if (name.isEmpty()) {
            return EnumSet.allOf(EventType.class);
        }
        try {
            return EnumSet.of(EventType.valueOf(name));
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest("type is one of " + EnumSet.allOf(EventType.class));
        }
    }

    private @Nullable Key key() {
        return visit.text("cid").map(c -> Asking.content(visit, c).key()).orElse(null);
    }

    private @Nullable NodeId peer() {
        return visit.text("peer").map(Asking::node).orElse(null);
    }

    private List<EventRow> rows(EventSearch.Found found) {
        return found.entries().stream()
                .map((JournalEntry e) -> EventRow.of(e, millis, links))
                .toList();
    }

    private String scanned(EventSearch.Found found) {
        if (last < first) {
            return "Nothing has happened yet.";
        }
        long looked = found.last() - found.first() + 1;
        String all = filtered()
                ? "%s found; looked at ".formatted(Say.number(found.entries().size()))
                : "";
        String range = looked <= 0
                ? "there is nothing before"
                : "positions %s to %s of %s"
                        .formatted(Say.number(found.first()), Say.number(found.last()), Say.number(last));
        String end = found.complete()
                ? first > 1 ? "; earlier ones are no longer kept" : ""
                : found.entries().size() == ROWS ? "" : "; the time for it was spent, go on with the next page";
        return all + range + end;
    }

    /** Whether only some of the events are asked for. */
    boolean filtered() {
        return visit.text("type").isPresent()
                || visit.text("cid").isPresent()
                || visit.text("peer").isPresent();
    }

    private Filter filter() {
        return new Filter(
                visit.text("type").orElse(""),
                Arrays.stream(EventType.values()).map(EventType::name).toList(),
                visit.text("cid").orElse(""),
                visit.text("peer").orElse(""),
                filtered(),
                visit.here("type", "", "cid", "", "peer", "", "before", ""));
    }

    private JournalPage.Moments moments() {
        String shownB = visit.text("at").orElse("");
        return new JournalPage.Moments(
                visit.text("vs").orElse(""),
                a.map(x -> Say.number(x.position())).orElse(""),
                shownB.equals("live") ? "" : shownB,
                Say.number(position),
                a.isPresent() ? links.root() + swapped() : "",
                b.isPresent() ? visit.here("at", "") : "",
                links.root() + "journal");
    }

    private List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (long by : new long[] {-1000, -1, 1, 1000}) {
            long to = Math.clamp(position + by, Math.max(first, 1), Math.max(last, 1));
            boolean possible = to != position;
            steps.add(new Step(
                    by == 1000 ? "+1,000" : by == -1000 ? "−1,000" : by == 1 ? "+1" : "−1",
                    possible ? visit.here("at", "seq:" + to, "before", "") : "",
                    false,
                    ""));
        }
        return steps;
    }

    private int window() {
        Optional<String> asked = visit.text("last");
        if (asked.isPresent()) {
            return WINDOW_SECONDS.get(WINDOWS.indexOf(visit.oneOf("last", WINDOWS)));
        }
        // A young journal fills its picture.
        long age = last < first ? 0 : node.nowMillis() - Scene.instantOf(node, first);
        return age < 900_000 ? 900 : 3600;
    }

    private List<Step> windows() {
        int window = window();
        List<Step> all = new ArrayList<>();
        for (int i = 0; i < WINDOWS.size(); i++) {
            boolean on = WINDOW_SECONDS.get(i) == window
                    && (a.isEmpty() || visit.text("last").isPresent());
            all.add(new Step(WINDOWS.get(i), visit.here("last", WINDOWS.get(i)), on, ""));
        }
        return all;
    }

    private RateChart chart() {
        long now = node.nowMillis();
        List<RateChart.Mark> marks = new ArrayList<>();
        a.ifPresent(x -> marks.add(new RateChart.Mark("A", instant(x))));
        if (b.isPresent() || a.isPresent()) {
            marks.add(new RateChart.Mark("B", millis));
        }
        long span = window() * 1000L;
        if (a.isPresent() && visit.text("last").isEmpty()) {
            long between = Math.max(60_000, millis - instant(a.get()));
            long to = Math.min(now, millis + between / 2);
            return RateChart.of(visit, to - 2 * between, to, marks);
        }
        long to = Math.min(now, b.isPresent() ? millis + span / 4 : now);
        return RateChart.of(visit, to - span, to, marks);
    }

    private JournalPage.Changes changes(Scene.Asked from) {
        Comparison comparison = visit.notebook().comparison(visit, from.position(), position);
        return Scene.look(visit, scene -> new ChangesSnapshot(visit, scene, comparison).changes(instant(from), millis));
    }
}
