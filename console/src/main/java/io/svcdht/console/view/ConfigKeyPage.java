package io.svcdht.console.view;

import io.svcdht.console.view.Overview.Fact;
import io.svcdht.node.config.ConfigKey;
import io.svcdht.node.config.ConfigReload;
import io.svcdht.node.config.ConfigTable;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.config.LiveSettings.ByHand;
import io.svcdht.node.config.Problem;
import io.svcdht.node.config.Source;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.EventType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One setting: what it is, who says so, how it changed, and a form to change it where that can be done while running.
 *
 * @param value in force
 * @param review where the form goes; empty = not for this reader, or not while running
 * @param notHere why there is no form
 * @param unset where to go back to what the sources say; empty = it is as they say
 * @param note what a restart and a reload make of a value set by hand
 */
public record ConfigKeyPage(
        Frame frame,
        String key,
        String description,
        String value,
        List<Fact> facts,
        String review,
        String notHere,
        String unset,
        List<String> note,
        List<EventRow> events,
        String eventsNote)
        implements Page {
    private static final int EVENTS = 50;

    public ConfigKeyPage {
        facts = List.copyOf(facts);
        note = List.copyOf(note);
        events = List.copyOf(events);
    }

    /** What would change: the page between the form and the deed. */
    public record Review(
            Frame frame,
            String key,
            String description,
            String from,
            String to,
            String value,
            String reason,
            List<String> note,
            String set,
            String back)
            implements Page {
        public Review {
            note = List.copyOf(note);
        }
    }

    public static ConfigKeyPage of(Visit visit) {
        ConfigKey<?> key = key(visit.lastSegment());
        Optional<LiveSettings> settings = visit.node().settings();
        Optional<ByHand> byHand = settings.flatMap(s -> s.byHand(key));
        EventSearch.Found found = Scene.past(visit.node(), () -> EventSearch.of(
                        visit.node(), EnumSet.of(EventType.ConfigChanged), null, null)
                .where(e -> e.event() instanceof ConfigChanged c && c.key().equals(key.name()))
                .newest(
                        visit.node().journal().firstPosition(),
                        visit.node().journal().lastPosition(),
                        EVENTS,
                        visit.spent()));
        String not = settings.isEmpty()
                ? "nobody sees to settings of this node"
                : LiveSettings.notByHand(key).orElse("");
        boolean may = not.isEmpty() && visit.caller().mayConfigure();
        String here = visit.links().root() + "config/" + key.name();
        return new ConfigKeyPage(
                Frame.plain(visit, key.name()),
                key.name(),
                key.description(),
                key.format(visit.node().config()),
                facts(visit, key, settings),
                may ? here : "",
                not.isEmpty()
                        ? "Only an admin may change it%s."
                                .formatted(visit.caller().readOnly() ? ", and not while the console is read-only" : "")
                        : Character.toUpperCase(not.charAt(0)) + not.substring(1) + ".",
                may && byHand.isPresent() ? here + "/unset" : "",
                byHand.map(b -> note(key, b.elsewhere(), b.from())).orElse(List.of()),
                found.entries().stream()
                        .map(e -> EventRow.of(e, visit.node().nowMillis(), visit.links()))
                        .toList(),
                found.complete()
                        ? Say.count(found.entries().size(), "change", "changes") + " in all of the journal"
                        : "looked back to position " + Say.number(found.first()));
    }

    private static List<Fact> facts(Visit visit, ConfigKey<?> key, Optional<LiveSettings> settings) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Value", shown(key.format(visit.node().config()))));
        settings.ifPresent(s -> facts.add(new Fact("Set by", s.source(key).toString())));
        facts.add(new Fact("Default", key.shownDefault()));
        String remark = key.remark().isEmpty() ? "" : "; " + key.remark();
        facts.add(new Fact("Allowed", key.type().range() + remark));
        facts.add(new Fact("Takes effect", key.hot() ? "at once, also on SIGHUP" : "at start"));
        facts.add(new Fact("Flag, variable", key.flag() + ", " + key.variable()));
        return facts;
    }

    /** Answers the form: what would change, or why not. Does nothing. */
    public static Review review(Visit visit) {
        ConfigKey<?> key = key(visit.lastSegment());
        LiveSettings settings = settings(visit);
        String value = visit.text("value").orElse("");
        String reason = visit.text("reason")
                .orElseThrow(() -> PageRefused.badRequest("Say why: the reason goes into the audit log.")
                        .leadingTo("config/" + key.name(), key.name()));
        return switch (settings.look(key, value, visit.caller().role().text())) {
            case ConfigReload.Refused(List<Problem> problems) ->
                throw refused(problems).leadingTo("config/" + key.name(), key.name());
            case ConfigReload.Applied(var _, List<ConfigReload.Change> changes, var _) -> {
                if (changes.isEmpty()) {
                    throw PageRefused.badRequest("%s is %s already."
                                    .formatted(
                                            key.name(),
                                            shown(key.format(visit.node().config()))))
                            .leadingTo("config/" + key.name(), key.name());
                }
                ConfigReload.Change change = changes.getFirst();
                ByHand would = settings.byHand(key)
                        .orElseGet(() -> new ByHand(change.to(), change.from(), settings.source(key)));
                String here = visit.links().root() + "config/" + key.name();
                yield new Review(
                        Frame.plain(visit, "Change " + key.name()),
                        key.name(),
                        key.description(),
                        change.from(),
                        change.to(),
                        value,
                        reason,
                        note(key, would.elsewhere(), would.from()),
                        here + "/set",
                        here);
            }
        };
    }

    private static List<String> note(ConfigKey<?> key, String elsewhere, Source from) {
        List<String> note = new ArrayList<>(List.of(
                "A value set here is in no file: the next start goes back to %s (%s)."
                        .formatted(shown(elsewhere), from),
                "SIGHUP keeps it while flags, environment and file say of %s what they say now; once they say something else, that is the later word and is taken. The log says which it was."
                        .formatted(key.name())));
        if (key.name().equals("allowed_hosts")) {
            note.add(
                    "If you came here by a name that is missing in the new list, your next request is refused with 421. The bound addresses and localhost always do.");
        }
        return note;
    }

    /** The key of this name. */
    public static ConfigKey<?> key(String name) {
        return ConfigTable.KEYS.stream()
                .filter(k -> k.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PageRefused.of(ErrorCode.NotFound, "There is no such setting.")
                        .leadingTo("config", "Configuration"));
    }

    /** Where settings change. */
    public static LiveSettings settings(Visit visit) {
        return visit.node()
                .settings()
                .orElseThrow(() -> PageRefused.of(
                        ErrorCode.NotReady, "The settings of this node cannot be changed while it runs."));
    }

    /** Why a value cannot be had. */
    public static PageRefused refused(List<Problem> problems) {
        return PageRefused.badRequest(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")) + ".");
    }

    /** A value in a sentence. */
    public static String shown(String value) {
        return value.isEmpty() ? "nothing" : value;
    }
}
