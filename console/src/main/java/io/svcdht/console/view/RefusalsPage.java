package io.svcdht.console.view;

import io.svcdht.node.recent.Refusals;
import io.svcdht.node.recent.Refusals.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who was refused, and why: of the running process, for what is refused is no part of the journal.
 *
 * @param sentence what happened since the start
 * @param ways ways to some of the rows
 * @param reasons how often each reason was given, in the rows shown
 * @param note what is not shown
 */
public record RefusalsPage(
        Frame frame, String sentence, List<MetricsPage.Choice> ways, String reasons, List<RefusalRow> rows, String note)
        implements Page {
    private static final String ALL = "all";

    public RefusalsPage {
        ways = List.copyOf(ways);
        rows = List.copyOf(rows);
    }

    public static RefusalsPage of(Visit visit) {
        Refusals refusals = RefusalRow.of(visit);
        List<String> words = new ArrayList<>(List.of(ALL));
        for (Way way : Way.values()) {
            words.add(word(way));
        }
        String chosen = visit.oneOf("way", words);
        List<Refusals.Row> rows = refusals.rows().stream()
                .filter(r -> chosen.equals(ALL) || word(r.way()).equals(chosen))
                .toList();
        return new RefusalsPage(
                Frame.plain(visit, "Refusals"),
                "%s refused here, %s not believed, %s of ours refused by peers, since the start"
                        .formatted(
                                Say.number(refusals.total(Way.HERE)),
                                Say.count(refusals.total(Way.ANSWERED), "answer", "answers"),
                                Say.count(refusals.total(Way.THERE), "record", "records")),
                words.stream()
                        .map(w -> new MetricsPage.Choice(
                                label(w), visit.here("way", w.equals(ALL) ? "" : w, "at", ""), w.equals(chosen)))
                        .toList(),
                reasons(rows),
                rows.stream().map(r -> RefusalRow.of(r, visit)).toList(),
                "A row for each peer and reason, in memory and gone with the process%s."
                        .formatted(
                                refusals.forgotten() == 0
                                        ? ""
                                        : "; %s made room for later ones"
                                                .formatted(Say.count(refusals.forgotten(), "row", "rows"))));
    }

    private static String word(Way way) {
        return way.name().toLowerCase(Locale.ROOT);
    }

    private static String label(String word) {
        return word.equals(ALL) ? "All" : RefusalRow.words(Way.valueOf(word.toUpperCase(Locale.ROOT)));
    }

    /** "bad signature 12, stale record 3" */
    private static String reasons(List<Refusals.Row> rows) {
        Map<String, Long> times = new TreeMap<>();
        rows.forEach(r -> times.merge(r.reason(), r.times(), Long::sum));
        return String.join(
                ", ",
                times.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                        .map(e -> e.getKey().replace('_', ' ') + " " + Say.number(e.getValue()))
                        .toList());
    }
}
