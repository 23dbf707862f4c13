package io.svcdht.console.view;

import io.svcdht.node.config.ConfigKey;
import io.svcdht.node.config.ConfigTable;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings in force, and what amnesia means here.
 *
 * @param amnesiaText what is kept, in sentences
 * @param amnesiaChange the one line that changes it at the next start
 * @param byHand keys that an operator set while the node ran: a restart forgets them
 * @param amnesiaSource who says whether amnesia is on
 * @param changesNote how far the journal was looked through for changes
 */
public record ConfigPage(
        Frame frame,
        boolean amnesia,
        List<String> amnesiaText,
        String amnesiaChange,
        List<Row> rows,
        String changesNote,
        List<String> byHand,
        String amnesiaSource)
        implements Page {
    private static final int CHANGES_MAX = 500;

    public ConfigPage {
        amnesiaText = List.copyOf(amnesiaText);
        rows = List.copyOf(rows);
        byHand = List.copyOf(byHand);
    }

    /**
     * One setting.
     *
     * @param other whether it is not what it is by default
     * @param hot whether SIGHUP changes it
     * @param source who says so
     * @param byHand whether that was an operator, while the node ran
     * @param changed when it last changed while running, and by what; empty = it did not
     */
    public record Row(
            String key,
            String href,
            String value,
            String source,
            boolean byHand,
            boolean other,
            String shownDefault,
            boolean hot,
            String description,
            String variable,
            String changed,
            String changedHref) {}

    /** Settings are those of now, whatever moment is looked at; a change of the past is an event. */
    public static ConfigPage of(Visit visit) {
        return Scene.past(visit.node(), () -> page(visit));
    }

    private static ConfigPage page(Visit visit) {
        EventSearch.Found found = EventSearch.of(visit.node(), EnumSet.of(EventType.ConfigChanged), null, null)
                .newest(
                        visit.node().journal().firstPosition(),
                        visit.node().journal().lastPosition(),
                        CHANGES_MAX,
                        visit.spent());
        Map<String, JournalEntry> latest = new HashMap<>();
        for (JournalEntry e : found.entries()) {
            if (e.event() instanceof ConfigChanged c) {
                latest.putIfAbsent(c.key(), e);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (ConfigKey<?> key : ConfigTable.KEYS) {
            rows.add(row(visit, key, latest.get(key.name())));
        }
        boolean amnesia = visit.node().config().amnesia();
        return new ConfigPage(
                Frame.plain(visit, "Configuration"),
                amnesia,
                amnesiaText(visit, amnesia),
                amnesia ? "svc-dht run --amnesia=false" : "svc-dht run --amnesia=true",
                rows,
                found.complete()
                        ? "changes while running are events; all of the journal was looked through"
                        : "changes while running are events; looked back to position " + Say.number(found.first()),
                rows.stream().filter(Row::byHand).map(Row::key).toList(),
                rows.stream()
                        .filter(r -> r.key().equals("amnesia"))
                        .map(Row::source)
                        .findFirst()
                        .orElse(""));
    }

    private static List<String> amnesiaText(Visit visit, boolean amnesia) {
        List<String> text = new ArrayList<>();
        if (amnesia) {
            text.add(
                    "This node keeps nothing: its journal is a ring in memory, and all it knows ends with the process.");
            text.add("There is no past to look at, and nothing to copy or export beyond the latest events.");
            visit.node()
                    .untouchedJournal()
                    .ifPresent(p -> text.add("The journal in %s is of another run and stays as it is.".formatted(p)));
        } else {
            text.add("This node keeps a journal on disk, and can show any moment of it.");
            text.add(
                    "Amnesia is fixed at the start: with it nothing is written, and the journal stays as it is meanwhile.");
        }
        return text;
    }

    private static Row row(Visit visit, ConfigKey<?> key, @Nullable JournalEntry change) {
        String value = key.format(visit.node().config());
        String changed = "";
        String href = "";
        if (change != null && change.event() instanceof ConfigChanged c) {
            changed = "%s, by %s".formatted(Say.ago(visit.node().nowMillis() - change.instantMillis()), c.source());
            href = visit.links().event(change.position());
        }
        return new Row(
                key.name(),
                visit.links().root() + "config/" + key.name(),
                value,
                visit.node()
                        .settings()
                        .map(s -> s.source(key).toString())
                        .orElse(value.equals(key.shownDefault()) ? "default" : ""),
                visit.node().settings().flatMap(s -> s.byHand(key)).isPresent(),
                !value.equals(key.shownDefault()),
                key.shownDefault(),
                key.hot(),
                key.description(),
                key.variable(),
                changed,
                href);
    }
}
