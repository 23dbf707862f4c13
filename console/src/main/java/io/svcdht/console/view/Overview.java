package io.svcdht.console.view;

import io.svcdht.node.Node;
import java.util.List;
import java.util.function.BooleanSupplier;

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
        NodeHead node,
        Moment moment,
        String state,
        List<Figure> figures,
        List<Attention> attention,
        List<Fact> facts,
        boolean hasRecords,
        ExpiryChart chart,
        String expiryNote,
        FirstSteps firstSteps,
        EventTable events) {
    public Overview {
        figures = List.copyOf(figures);
        attention = List.copyOf(attention);
        facts = List.copyOf(facts);
    }

    /**
     * The bar at the top.
     *
     * @param tone class of the readiness tag: ok, warn or bad
     */
    public record NodeHead(
            String id, String idTitle, String address, String readiness, String tone, String reason, boolean amnesia) {}

    /** Which moment the page shows. */
    public record Moment(String position, String at, String iso, String note) {}

    /** A number with what it means. */
    public record Figure(String label, String value, String unit, String note, String title) {}

    /** A thing to look at, with what to do. */
    public record Attention(String title, String text) {}

    /** A name and a value. */
    public record Fact(String name, String value) {}

    /** How to announce something from a shell. */
    public record FirstSteps(boolean possible, String curl, String directory) {}

    /**
     * Takes the snapshot. Blocks while it reads the last events.
     *
     * @param address host and port this page was asked at
     * @param spent true once the walk over the records has taken its time
     */
    public static Overview of(Node node, String address, BooleanSupplier spent) {
        return new OverviewSnapshot(node, address).page(spent);
    }
}
