package io.svcdht.console.view;

import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How lookups over the network went, newest first, a page at a time.
 *
 * @param sentence what is kept
 * @param note what was looked through for this page, and whether that is all
 */
public record LookupsPage(
        Frame frame,
        String sentence,
        Asked asked,
        List<Choice> operations,
        List<Choice> outcomes,
        List<Row> rows,
        String note,
        boolean nothingKept,
        String next,
        String first,
        String clear)
        implements Page {
    private static final int ROWS = 50;

    public LookupsPage {
        operations = List.copyOf(operations);
        outcomes = List.copyOf(outcomes);
        rows = List.copyOf(rows);
    }

    /** The filters as they were given. */
    public record Asked(String operation, String outcome, String minMillis, String target, boolean any) {}

    public record Choice(String value, String words) {
        static List<Choice> operations() {
            return Arrays.stream(LookupRecord.Operation.values())
                    .map(o -> new Choice(TraceJson.word(o), TraceWords.operation(o)))
                    .toList();
        }

        static List<Choice> outcomes() {
            return Arrays.stream(LookupRecord.Outcome.values())
                    .map(o -> new Choice(TraceJson.word(o), TraceWords.outcome(o)))
                    .toList();
        }
    }

    /**
     * A lookup.
     *
     * @param barWidth how much of the deadline it took, percent
     */
    public record Row(
            String id,
            String href,
            String at,
            String iso,
            String operation,
            String asker,
            String subject,
            String subjectTitle,
            String outcome,
            String tone,
            String took,
            String barWidth,
            boolean late,
            String hops,
            String legs,
            String hedges) {}

    /** Makes the page, of lookups that had ended at the moment the visit names; blocks while it reads traces. */
    public static LookupsPage of(Visit visit) {
        return Scene.past(visit.node(), () -> page(visit));
    }

    private static LookupsPage page(Visit visit) {
        TraceLog traces = visit.node().traces();
        TraceLog.Filter filter = Scene.asked(visit, "at")
                .map(at -> filter(visit).until(at.millis(visit.node())))
                .orElseGet(() -> filter(visit));
        TraceLog.Page page = traces.page(filter, ROWS);
        TraceLog.Counts counts = traces.counts();
        UUID next = page.next();
        return new LookupsPage(
                Frame.lasting(visit, "Lookups", "lookups that had ended by this moment"),
                sentence(counts),
                asked(visit),
                Choice.operations(),
                Choice.outcomes(),
                page.lookups().stream().map(l -> row(l, visit)).toList(),
                note(page),
                page.lookups().isEmpty() && page.scanned() == 0 && filter.before() == null,
                next == null ? "" : visit.here("before", next.toString()),
                filter.before() == null ? "" : visit.here("before", ""),
                visit.links().to("lookups"));
    }

    private static TraceLog.Filter filter(Visit visit) {
        return new TraceLog.Filter(
                        visit.text("outcome").map(Asking::outcome).orElse(null),
                        visit.number("min_ms", 0, 0, Integer.MAX_VALUE),
                        visit.text("target").map(t -> target(visit, t)).orElse(null),
                        visit.text("before").map(LookupsPage::id).orElse(null))
                .of(visit.text("op").map(Asking::operation).orElse(null));
    }

    private static Key target(Visit visit, String text) {
        return NodeId.looksLike(text)
                ? Asking.node(text).key()
                : Asking.content(visit, text).key();
    }

    static UUID id(String text) {
        return parsed(text).orElseThrow(() -> PageRefused.badRequest(
                        "A lookup id is a UUID such as 019ab697-e800-7abc-8000-000000000001; the answer of a find carries it.")
                .leadingTo("lookups", "Lookups"));
    }

    /** Empty = the text is no lookup id. */
    static Optional<UUID> parsed(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Asked asked(Visit visit) {
        String operation = visit.text("op").orElse("");
        String outcome = visit.text("outcome").orElse("");
        String minMillis = visit.text("min_ms").orElse("");
        String target = visit.text("target").orElse("");
        return new Asked(operation, outcome, minMillis, target, !(operation + outcome + minMillis + target).isEmpty());
    }

    private static String sentence(TraceLog.Counts counts) {
        String sentence =
                "%s of traces kept, %s since the start".formatted(Say.bytes(counts.bytes()), Say.number(counts.kept()));
        return counts.dropped() == 0
                ? sentence
                : sentence + "; %s dropped, which were over the budget".formatted(Say.number(counts.dropped()));
    }

    private static String note(TraceLog.Page page) {
        String seen = "%s shown of %s looked through"
                .formatted(Say.number(page.lookups().size()), Say.count(page.scanned(), "lookup", "lookups"));
        return page.next() == null ? seen + "; nothing follows" : seen + "; older ones follow";
    }

    private static Row row(LookupRecord l, Visit visit) {
        Links links = visit.links();
        String whole = l.text().isEmpty() ? LookupPage.target(l) : l.text();
        double share = l.deadlineNanos() == 0 ? 0 : (double) l.tookNanos() / l.deadlineNanos();
        return new Row(
                l.id().toString(),
                links.to("lookups/" + l.id()),
                Say.clock(l.startedAtMillis(), visit.node().nowMillis()),
                Say.iso(l.startedAtMillis()),
                TraceWords.operation(l.operation()),
                TraceWords.asker(l.asker()),
                Say.shortened(whole, 22, 6),
                whole,
                TraceWords.outcome(l.outcome()),
                TraceWords.tone(l.outcome()),
                TraceWords.millis(l.tookNanos()),
                Axis.one(Math.clamp(share * 100, 0.5, 100)),
                share >= 1,
                String.valueOf(l.hops()),
                Say.number(l.messages()),
                Say.number(l.hedges()));
    }
}
