package io.svcdht.console.view;

import io.svcdht.node.Node.Status;
import io.svcdht.node.Shipping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What stands around every page: who the node is, the ways to the other pages, and the moment that is shown.
 *
 * @param root from this page to the console's directory, for files and forms
 */
public record Frame(
        String root, String title, NodeHead node, List<Way> ways, MomentBar moment, String at, Visit.Caller caller) {
    public Frame {
        ways = List.copyOf(ways);
    }

    /**
     * The bar at the top.
     *
     * @param tone class of the readiness tag: ok, warn or bad
     * @param recorded whether it is what a node left behind
     */
    public record NodeHead(
            String id,
            String idTitle,
            String address,
            String readiness,
            String tone,
            String reason,
            boolean amnesia,
            boolean recorded) {}

    /**
     * A link to a page.
     *
     * @param key pressed after g
     */
    public record Way(String label, String href, String key, boolean here, boolean first) {}

    /**
     * The line under the header.
     *
     * @param position number of the last event shown
     * @param note how it came about, or why there is no past
     * @param live this page, live
     * @param form where to ask for another moment
     * @param kept what the form must carry on
     */
    public record MomentBar(
            boolean past,
            boolean amnesia,
            String position,
            String at,
            String iso,
            String note,
            String live,
            String form,
            List<Kept> kept,
            String back,
            String forth) {
        public MomentBar {
            kept = List.copyOf(kept);
        }
    }

    /** A hidden field. */
    public record Kept(String name, String value) {}

    private record Place(String label, String path, String key) {}

    private static final List<Place> PLACES = List.of(
            new Place("Overview", "", "o"),
            new Place("Routing table", "buckets", "b"),
            new Place("Peers", "peers", "e"),
            new Place("Discovery", "discovery", "d"),
            new Place("Providers", "providers", "p"),
            new Place("Lookups", "lookups", "l"),
            new Place("Journal", "journal", "j"),
            new Place("Refusals", "refusals", "r"),
            new Place("Metrics", "metrics", "m"),
            new Place("Configuration", "config", "c"),
            new Place("Audit log", "audit", "a"));

    /** Around a page that shows a state. */
    static Frame of(Visit visit, Scene scene, String title) {
        String note = scene.past()
                ? "rebuilt in %s ms; serving goes on".formatted(Say.number(scene.rebuiltMillis()))
                : liveNote(visit);
        return of(visit, title, scene.past(), scene.position(), scene.nowMillis(), note);
    }

    /** Around a page that shows no state: a refusal, say. */
    static Frame plain(Visit visit, String title) {
        return of(
                visit,
                title,
                false,
                visit.node().status().journalPosition(),
                visit.node().nowMillis(),
                liveNote(visit));
    }

    /** Around a page of what stays as it is: the bar says only from which moment the reader came. */
    static Frame lasting(Visit visit, String title, String note) {
        return Scene.asked(visit, "at")
                .map(at -> of(visit, title, true, at.position(), at.millis(visit.node()), note))
                .orElseGet(() -> plain(visit, title));
    }

    /** Around a page that needs no state of its moment. */
    static Frame of(Visit visit, String title, boolean past, long position, long millis, String note) {
        Links links = past ? visit.links() : new Links(visit.links().root(), "");
        return new Frame(
                links.root(),
                title,
                head(visit),
                ways(visit, links),
                bar(visit, past, position, millis, note),
                links.at(),
                visit.caller());
    }

    private static MomentBar bar(Visit visit, boolean past, long position, long millis, String note) {
        List<Kept> kept = new ArrayList<>();
        new TreeMap<>(visit.params()).forEach((name, value) -> {
            // Another moment has other pages of a list.
            if (!List.of("at", "before", "after", "from").contains(name) && !value.isBlank()) {
                kept.add(new Kept(name, value));
            }
        });
        return new MomentBar(
                past,
                visit.node().config().amnesia(),
                Say.number(position),
                position == 0 && past ? "before all events" : Say.moment(millis),
                Say.iso(millis),
                note,
                visit.here("at", ""),
                visit.links().root() + visit.path(),
                kept,
                position > 1 ? step(visit, position - 1) : "",
                past && position < visit.node().status().journalPosition() ? step(visit, position + 1) : "");
    }

    private static String step(Visit visit, long position) {
        return visit.here("at", "seq:" + position, "before", "", "after", "", "from", "");
    }

    private static String liveNote(Visit visit) {
        Optional<String> unknown = visit.node().unknown();
        if (unknown.isPresent()) {
            return Say.sentence(unknown.get());
        }
        if (!visit.node().config().amnesia()) {
            Shipping.Status shipping = visit.node().shipping().status();
            return shipping.isDown()
                    ? "The journal is not shipped, %,d events wait: %s".formatted(shipping.lagEvents(), shipping.why())
                    : "";
        }
        return "Amnesia: nothing is written to disk, and all of this ends with the process."
                + visit.node()
                        .untouchedJournal()
                        .map(" The journal in %s is left untouched."::formatted)
                        .orElse("");
    }

    private static List<Way> ways(Visit visit, Links links) {
        String first = visit.path().isEmpty() ? "" : visit.path().split("/", 2)[0];
        List<Way> ways = new ArrayList<>();
        for (Place p : PLACES) {
            boolean here = p.path().equals(first);
            ways.add(new Way(
                    p.label(), links.to(p.path()), p.key(), here, p.path().equals("metrics")));
        }
        return ways;
    }

    private static NodeHead head(Visit visit) {
        Status status = visit.node().status();
        String id = visit.node().id().text();
        return new NodeHead(
                Say.id(id),
                id,
                visit.address(),
                switch (status.readiness()) {
                    case BOOTING -> "Starting";
                    case READY -> "Ready";
                    case DEGRADED -> "Degraded";
                },
                switch (status.readiness()) {
                    case BOOTING -> "warn";
                    case READY -> "ok";
                    case DEGRADED -> "bad";
                },
                status.readinessReason(),
                visit.node().config().amnesia(),
                visit.node().recorded());
    }
}
