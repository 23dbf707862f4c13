package io.svcdht.console.view;

import io.svcdht.console.view.Comparison.Kind;
import io.svcdht.console.view.Comparison.What;
import io.svcdht.console.view.JournalPage.Changes;
import io.svcdht.console.view.JournalPage.Step;
import io.svcdht.console.view.JournalPage.Total;
import io.svcdht.storage.replay.RoutingDiff;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What changed from A to B, counted and shown a page at a time. */
final class ChangesSnapshot {
    private static final int ROWS = 50;

    private final Visit visit;
    private final Scene atB;
    private final Comparison comparison;

    ChangesSnapshot(Visit visit, Scene atB, Comparison comparison) {
        this.visit = visit;
        this.atB = atB;
        this.comparison = comparison;
    }

    Changes changes(long fromMillis, long toMillis) {
        String kind = visit.oneOf("kind", List.of("all", "record", "contact", "ban", "config"));
        List<Comparison.Change> wanted = comparison.changes().stream()
                .filter(c -> kind.equals("all") || c.what().kind().word.equals(kind))
                .toList();
        int from = (int) visit.number("from", 0, 0, Integer.MAX_VALUE - ROWS);
        int end = Math.min(wanted.size(), from + ROWS);
        List<DiffRow> rows = wanted.subList(Math.min(from, end), end).stream()
                .map(c -> DiffRow.of(c, visit.links()))
                .toList();
        return new Changes(
                "%s in %s"
                        .formatted(
                                Say.count(comparison.to() - comparison.from(), "event", "events"),
                                Say.duration(toMillis - fromMillis)),
                totals(),
                kinds(kind),
                rows,
                rows.isEmpty()
                        ? "no rows"
                        : "rows %s to %s of %s, in the order of their events"
                                .formatted(Say.number(from + 1), Say.number(end), Say.number(wanted.size())),
                end < wanted.size() ? visit.here("from", String.valueOf(end)) : "",
                comparison.causesKnown() ? "" : "Some contacts' events were not found in the time for it.",
                buckets());
    }

    private List<Step> kinds(String on) {
        List<Step> kinds = new ArrayList<>();
        kinds.add(new Step(
                "All " + Say.number(comparison.changes().size()),
                visit.here("kind", "", "from", ""),
                on.equals("all"),
                ""));
        for (Kind kind : Kind.values()) {
            long n = comparison.count(kind);
            if (n > 0) {
                kinds.add(new Step(
                        "%s %s".formatted(kind.word, Say.number(n)),
                        visit.here("kind", kind.word, "from", ""),
                        on.equals(kind.word),
                        ""));
            }
        }
        return kinds;
    }

    private List<Total> totals() {
        List<Total> totals = new ArrayList<>();
        totals.add(records());
        totals.add(contacts());
        if (comparison.count(Kind.CONFIG) > 0) {
            String n = Say.number(comparison.count(Kind.CONFIG));
            totals.add(new Total("Configuration", "", "", "", "", n, "settings changed while running"));
        }
        return totals;
    }

    private Total records() {
        long added = 0;
        long removed = 0;
        long changed = 0;
        Map<String, Integer> reasons = new HashMap<>();
        for (Comparison.Change c : comparison.changes()) {
            if (c.what() instanceof What.OfRecord(StateDiff.Change r)) {
                boolean before = isLive(r.before());
                boolean after = isLive(r.after());
                added += !before && after ? 1 : 0;
                removed += before && !after ? 1 : 0;
                changed += before && after ? 1 : 0;
                reasons.merge(word(Comparison.why(r)), 1, Integer::sum);
            }
        }
        long now = atB.providers().records();
        return total("Provider records", now - added + removed, now, added, removed, changed, reasons);
    }

    private static boolean isLive(Optional<StoredRecord> r) {
        return r.isPresent() && !r.get().tombstone();
    }

    private static String word(String why) {
        int comma = why.indexOf(',');
        return comma < 0 ? why : why.substring(0, comma);
    }

    private Total contacts() {
        List<RoutingDiff.Change> all = contactChanges();
        long added = count(all, c -> c.before().isEmpty());
        long removed = count(all, c -> c.after().isEmpty());
        long now = atB.routing().contacts().size();
        return total("Contacts", now - added + removed, now, added, removed, all.size() - added - removed, Map.of());
    }

    private List<RoutingDiff.Change> contactChanges() {
        List<RoutingDiff.Change> all = new ArrayList<>();
        for (Comparison.Change c : comparison.changes()) {
            if (c.what() instanceof What.OfContact(RoutingDiff.Change r, var _)) {
                all.add(r);
            }
        }
        return all;
    }

    private static long count(List<RoutingDiff.Change> all, Predicate<RoutingDiff.Change> which) {
        return all.stream().filter(which).count();
    }

    private static Total total(
            String what, long atA, long atB, long added, long removed, long changed, Map<String, Integer> reasons) {
        String because = reasons.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(e -> "%s %s".formatted(Say.number(e.getValue()), e.getKey()))
                .orElse("");
        return new Total(
                what,
                Say.number(atA),
                Say.number(atB),
                added == 0 ? "" : "+" + Say.number(added),
                removed == 0 ? "" : "−" + Say.number(removed),
                changed == 0 ? "" : Say.number(changed),
                because);
    }

    private BucketsCompared buckets() {
        if (atB.routing().contacts().isEmpty() && contactChanges().isEmpty()) {
            return BucketsCompared.NONE;
        }
        return BucketsCompared.of(atB.routing(), new RoutingDiff(contactChanges(), List.of(), List.of()));
    }
}
