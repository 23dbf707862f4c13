package io.svcdht.console.view;

import java.util.List;

/**
 * How the node did in the last minutes, from its own memory.
 *
 * @param sentence what the page rests on
 * @param sampled whether there is anything to show
 * @param why there is not
 * @param rules what is watched, and how it stands
 */
public record MetricsPage(
        Frame frame,
        String sentence,
        boolean sampled,
        String why,
        List<Choice> windows,
        List<Rule> rules,
        List<Panel> panels,
        String prometheus)
        implements Page {
    public MetricsPage {
        windows = List.copyOf(windows);
        rules = List.copyOf(rules);
        panels = List.copyOf(panels);
    }

    /** A way to another window of time. */
    public record Choice(String label, String href, boolean on) {
        static List<Choice> windows(Visit visit, Stretch stretch) {
            return List.of("5m", "15m", "1h").stream()
                    .map(w -> new Choice(
                            w.replace("m", " min").replace("h", " h"),
                            visit.here("last", w.equals("15m") ? "" : w, "at", ""),
                            w.equals(stretch.window())))
                    .toList();
        }
    }

    /**
     * Something to keep below, or above.
     *
     * @param now how it stands; a dash where nothing happened to judge it by
     * @param gate where it becomes a matter for an operator
     * @param firing whether it is there
     * @param advice what it means then
     */
    public record Rule(String id, String name, String now, String gate, boolean firing, String advice) {}

    /**
     * A picture with its words.
     *
     * @param empty what to say where there is nothing to draw
     */
    public record Panel(String id, String title, String words, LineChart chart, String empty) {}

    /** Metrics are of now, whatever moment is looked at: they are kept in memory and are no part of the journal. */
    public static MetricsPage of(Visit visit) {
        Stretch stretch = Stretch.of(visit);
        return new MetricsPage(
                Frame.plain(visit, "Metrics"),
                "%s %s; kept in memory for an hour and gone with the process"
                        .formatted(Say.count(stretch.samples().size(), "sample", "samples"), stretch.words()),
                !stretch.isEmpty(),
                stretch.kept()
                        ? "The first sample is taken five seconds after the start, then one every five seconds."
                        : "Nobody takes samples of this node.",
                Choice.windows(visit, stretch),
                Rules.of(visit, stretch),
                MetricsPanels.of(visit, stretch),
                visit.links().root() + "../metrics");
    }
}
