package io.svcdht.console.view;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What stands around every page of a fleet.
 *
 * @param root from this page to the console's directory
 * @param trouble why nothing new comes, empty = all is well
 * @param json this page as JSON
 */
public record FleetFrame(
        String root,
        String title,
        String name,
        String sentence,
        String trouble,
        boolean recorded,
        List<Frame.Way> ways,
        MomentBar moment,
        Visit.Caller caller,
        String json) {
    public FleetFrame {
        ways = List.copyOf(ways);
    }

    /** Whether this page goes on. */
    public boolean moving() {
        return !recorded && !moment.past();
    }

    /**
     * The line under the header.
     *
     * @param at as it was asked for; empty = the end
     * @param when in words
     * @param end this page at the end of what is known
     */
    public record MomentBar(
            boolean past, String at, String when, String iso, String end, String form, List<Frame.Kept> kept) {
        public MomentBar {
            kept = List.copyOf(kept);
        }
    }

    private record Place(String label, String path, String key) {}

    private static final List<Place> PLACES = List.of(
            new Place("Nodes", "", "o"),
            new Place("Content", "content", "p"),
            new Place("Lookups", "lookups", "l"),
            new Place("Key space", "keyspace", "b"),
            new Place("What changed", "changes", "j"));

    static FleetFrame of(FleetVisit visit, String title) {
        return of(visit, title, visit.past(), visit.millis(), visit.text("at").orElse(""));
    }

    /** Around a refusal: the moment may be what was refused. */
    static FleetFrame plain(FleetVisit visit, String title) {
        return of(visit, title, false, visit.now(), "");
    }

    private static FleetFrame of(FleetVisit visit, String title, boolean past, long millis, String at) {
        List<Frame.Way> ways = new ArrayList<>();
        String first = visit.path().split("/", 2)[0];
        for (Place p : PLACES) {
            boolean here = p.path().equals(first) || p.path().isEmpty() && first.equals("node");
            ways.add(new Frame.Way(p.label(), Links.with(visit.root() + p.path(), "at", at), p.key(), here, false));
        }
        List<Frame.Kept> kept = new ArrayList<>();
        new TreeMap<>(visit.params()).forEach((name, value) -> {
            if (!FleetVisit.OF_A_LIST.contains(name) && !value.isBlank()) {
                kept.add(new Frame.Kept(name, value));
            }
        });
        return new FleetFrame(
                visit.root(),
                title,
                visit.place().name(),
                visit.place().sentence(),
                visit.place().trouble().get(),
                visit.place().recorded(),
                ways,
                new MomentBar(
                        past,
                        at,
                        millis == 0 ? "before all events" : Say.moment(millis),
                        Say.iso(millis),
                        visit.here("at", "", "before", ""),
                        visit.root() + visit.path(),
                        kept),
                visit.caller(),
                visit.here("format", "json"));
    }
}
