package io.svcdht.console.view;

import java.util.List;

/**
 * The journal: how many events there were, which, and what changed from A to B.
 *
 * @param legend what the colours of the bars mean
 * @param moments A and B as the form shows them
 * @param steps links that move B
 * @param windows links that choose how much time the picture shows
 * @param filter what the list of events is narrowed to
 * @param older the next page of events, empty = none
 * @param export the events shown and all like them, as NDJSON
 * @param compared whether A is given, and {@code changes} means something
 */
public record JournalPage(
        Frame frame,
        RateChart chart,
        List<Legend> legend,
        Moments moments,
        List<Step> steps,
        List<Step> windows,
        Filter filter,
        EventTable events,
        String older,
        String export,
        boolean compared,
        Changes changes)
        implements Page {
    public JournalPage {
        legend = List.copyOf(legend);
        steps = List.copyOf(steps);
        windows = List.copyOf(windows);
    }

    public record Legend(String label, String fill) {}

    /** Both as they were asked for, with the positions they stand for; B empty = live. */
    public record Moments(
            String a, String positionA, String b, String positionB, String swap, String liveB, String form) {}

    /** A link; one of a set may be the one in force. */
    public record Step(String label, String href, boolean on, String key) {}

    public record Filter(String type, List<String> types, String cid, String peer, boolean any, String clear) {
        public Filter {
            types = List.copyOf(types);
        }
    }

    /**
     * What differs.
     *
     * @param note how many events, in what time
     * @param totals by what is compared
     * @param kinds links that narrow the rows
     * @param buckets contacts of each bucket at A and B
     */
    public record Changes(
            String note,
            List<Total> totals,
            List<Step> kinds,
            List<DiffRow> rows,
            String shown,
            String next,
            String causes,
            BucketsCompared buckets) {
        public Changes {
            totals = List.copyOf(totals);
            kinds = List.copyOf(kinds);
            rows = List.copyOf(rows);
        }

        static final Changes NONE = new Changes("", List.of(), List.of(), List.of(), "", "", "", BucketsCompared.NONE);
    }

    public record Total(
            String what, String atA, String atB, String added, String removed, String changed, String because) {}

    /** Makes the page; blocks while it reads events, and where A is given while it rebuilds states. */
    public static JournalPage of(Visit visit) {
        return Scene.past(visit.node(), () -> new JournalSnapshot(visit).page());
    }
}
