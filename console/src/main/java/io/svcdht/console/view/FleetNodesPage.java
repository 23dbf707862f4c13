package io.svcdht.console.view;

import io.svcdht.console.fleet.Census;
import java.util.ArrayList;
import java.util.List;

/**
 * All nodes of a fleet: how they are, how far they are, and what wants a look.
 *
 * @param note what could be counted
 */
public record FleetNodesPage(
        FleetFrame frame, List<Figure> figures, List<Row> rows, List<Concern> concerns, String note, Object data)
        implements FleetPage {
    /** Behind the latest of the others by so much a node is said to be silent. */
    private static final long SILENT_MILLIS = 300_000;

    /** A card comes every ten seconds. */
    private static final long CARD_MILLIS_MAX = 60_000;

    private static final double LOADED = 2.0;

    public FleetNodesPage {
        figures = List.copyOf(figures);
        rows = List.copyOf(rows);
        concerns = List.copyOf(concerns);
    }

    public record Figure(String label, String value, String note) {}

    /** @param tone class of the state */
    public record Row(
            String label,
            String id,
            String idTitle,
            String href,
            String console,
            String state,
            String tone,
            String reason,
            String version,
            String position,
            String last,
            String lastIso,
            String heard,
            boolean silent,
            String behind,
            String records,
            String contacts) {}

    public record Concern(String what, String detail, String href) {}

    public static FleetNodesPage of(FleetVisit visit) {
        Census census = Census.of(visit.store(), visit.millis(), visit.past());
        long latest = census.nodes().stream()
                .mapToLong(Census.Row::lastEventMillis)
                .max()
                .orElse(0);
        return new FleetNodesPage(
                FleetFrame.of(visit, "Nodes"),
                figures(visit, census),
                census.nodes().stream().map(r -> row(visit, r)).toList(),
                concerns(visit, census, latest),
                census.counted() == census.nodes().size()
                        ? ""
                        : "Records and contacts of %s of %s could be told in the time there is."
                                .formatted(
                                        Say.number(census.counted()),
                                        Say.count(census.nodes().size(), "node", "nodes")),
                census);
    }

    private static List<Figure> figures(FleetVisit visit, Census census) {
        long ready =
                census.nodes().stream().filter(r -> r.state().equals("ready")).count();
        long records =
                census.nodes().stream().mapToLong(r -> Math.max(0, r.records())).sum();
        long events = census.nodes().stream()
                .mapToLong(r -> r.position() - r.firstPosition() + 1)
                .sum();
        long bytes = census.nodes().stream().mapToLong(Census.Row::bytes).sum();
        return List.of(
                new Figure(
                        "Nodes",
                        Say.number(census.nodes().size()),
                        visit.past() ? "at this moment" : Say.number(ready) + " ready"),
                new Figure("Records", Say.number(records), "each node's own count"),
                new Figure("Events", Say.number(events), Say.bytes(bytes) + " in the index"),
                new Figure("Lookups", Say.number(visit.store().traces().size()), "traces of all nodes"));
    }

    private static Row row(FleetVisit visit, Census.Row r) {
        return new Row(
                Say.shortened(r.label(), 24, 8),
                Say.id(r.node()),
                r.node(),
                visit.to("node/" + r.node()),
                visit.toNode(r.node(), ""),
                r.state().isEmpty() ? "not told" : r.state(),
                tone(r.state()),
                r.reason(),
                r.version().isEmpty() ? "–" : r.version(),
                r.position() < r.firstPosition() ? "none yet" : Say.number(r.position()),
                r.lastEventMillis() == 0 ? "–" : Say.clock(r.lastEventMillis(), visit.millis()),
                Say.iso(r.lastEventMillis()),
                r.heardMillis() == 0 ? "–" : Say.ago(Math.max(0, visit.now() - r.heardMillis())),
                silent(visit, r),
                r.behindEvents() < 0 ? "–" : Say.number(r.behindEvents()),
                r.records() < 0 ? "–" : Say.number(r.records()),
                r.contacts() < 0 ? "–" : Say.number(r.contacts()));
    }

    /** Whether cards should come and do not; a clean stop says that none will. */
    private static boolean silent(FleetVisit visit, Census.Row r) {
        return !visit.past()
                && r.heardMillis() > 0
                && !r.state().equals("stopped")
                && visit.now() - r.heardMillis() > CARD_MILLIS_MAX;
    }

    private static String tone(String state) {
        return switch (state) {
            case "ready" -> "add";
            case "degraded" -> "del";
            case "booting", "stopped" -> "chg";
            default -> "mut";
        };
    }

    private static List<Concern> concerns(FleetVisit visit, Census census, long latest) {
        List<Concern> found = new ArrayList<>();
        double mean = census.nodes().stream()
                .mapToLong(r -> Math.max(0, r.records()))
                .average()
                .orElse(0);
        for (Census.Row r : census.nodes()) {
            String href = visit.to("node/" + r.node());
            if (r.state().equals("degraded") || r.state().equals("stopped")) {
                found.add(new Concern(r.label() + " is " + r.state(), r.reason(), href));
            }
            if (silent(visit, r)) {
                found.add(new Concern(
                        "%s has sent no card for %s".formatted(r.label(), Say.duration(visit.now() - r.heardMillis())),
                        "Its state is what it said last: it has ended, hangs, or does not reach Kafka.",
                        href));
            } else if (r.heardMillis() == 0
                    && r.lastEventMillis() > 0
                    && latest - r.lastEventMillis() > SILENT_MILLIS) {
                found.add(new Concern(
                        r.label() + " has told nothing for " + Say.duration(latest - r.lastEventMillis()),
                        "By the clocks of the nodes: it is silent, it hands nothing over, or its clock is slow.",
                        href));
            }
            if (r.clockSteps() > 0) {
                found.add(new Concern(
                        r.label() + ": its clock was moved " + Say.count(r.clockSteps(), "time", "times"),
                        "Times of its events before and after do not compare.",
                        href));
            }
            if (r.lost() > 0) {
                found.add(new Concern(
                        r.label() + ": its journal gave up events before they were shipped",
                        Say.count(r.lost(), "event", "events") + " since its start.",
                        href));
            }
            if (r.gaps() > 0) {
                found.add(new Concern(
                        r.label() + ": events are missing",
                        Say.count(r.gaps(), "stretch", "stretches") + " of events never came; "
                                + (r.statesKnown()
                                        ? "its states are known from position %s on."
                                                .formatted(Say.number(r.statesFrom()))
                                        : "its states are not known until it hands over one, its own console has"
                                                + " them."),
                        href));
            } else if (!r.statesKnown()) {
                found.add(new Concern(
                        r.label() + ": its states are not known",
                        "Its events here begin at position %s, and what it held before is in none of them; its own console knows."
                                .formatted(Say.number(r.firstPosition())),
                        href));
            }
            if (mean >= 1 && r.records() > LOADED * mean && census.nodes().size() > 2) {
                found.add(new Concern(
                        r.label() + " holds %.1f times the mean".formatted(r.records() / mean),
                        Say.count(r.records(), "record", "records") + "; the key space shows where.",
                        visit.to("keyspace")));
            }
        }
        return found;
    }
}
