package io.svcdht.console.view;

import java.util.List;

/**
 * Everything the overview shows, in words and numbers as they are shown.
 *
 * @param state one sentence under the title
 * @param attention what an operator should look at; empty = nothing
 * @param expiryNote what the picture rests on
 * @param chart a picture without bars where there are no records
 * @param hasRecords whether there is anything to draw
 * @param firstSteps commands that announce something, for when nothing is announced yet
 */
public record Overview(
        Frame frame,
        String state,
        List<Figure> figures,
        List<Attention> attention,
        List<Fact> facts,
        boolean hasRecords,
        ExpiryChart chart,
        String expiryNote,
        FirstSteps firstSteps,
        EventTable events)
        implements Page {
    public Overview {
        figures = List.copyOf(figures);
        attention = List.copyOf(attention);
        facts = List.copyOf(facts);
    }

    /** A number with what it means. */
    public record Figure(String label, String value, String unit, String note, String title) {}

    /** A thing to look at, with what to do. */
    public record Attention(String title, String text) {}

    /** A name and a value. */
    public record Fact(String name, String value) {}

    /** How to announce something from a shell. */
    public record FirstSteps(boolean possible, String curl, String directory) {}

    /** Takes the snapshot. Blocks while it reads the last events, or rebuilds the past. */
    public static Overview of(Visit visit) {
        return Scene.look(visit, scene -> new OverviewSnapshot(visit, scene).page());
    }
}
