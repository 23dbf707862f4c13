package io.svcdht.console.view;

import java.util.List;

/**
 * Everything the overview shows, in words and numbers as they are shown.
 *
 * @param state one sentence under the title
 * @param windows how far back the figures look; empty in the past
 * @param json the same for machines
 * @param attention what an operator should look at; empty = nothing
 * @param hasContacts whether there is a routing table to draw
 * @param expiryNote what the picture rests on
 * @param chart a picture without bars where there are no records
 * @param hasRecords whether there is anything to draw
 * @param firstSteps commands that announce something, for when nothing is announced yet
 */
public record Overview(
        Frame frame,
        String state,
        List<MetricsPage.Choice> windows,
        String json,
        List<Figure> figures,
        List<Attention> attention,
        List<Fact> facts,
        List<Fact> shipping,
        boolean hasContacts,
        BucketChart buckets,
        KeyRing ring,
        boolean hasRecords,
        ExpiryChart chart,
        String expiryNote,
        FirstSteps firstSteps,
        EventTable events)
        implements Page {
    public Overview {
        windows = List.copyOf(windows);
        figures = List.copyOf(figures);
        attention = List.copyOf(attention);
        facts = List.copyOf(facts);
        shipping = List.copyOf(shipping);
    }

    /**
     * A number with what it means.
     *
     * @param live what {@link LiveFigures} calls it, empty = it stands still
     */
    public record Figure(String label, String value, String unit, String note, String title, String live, Spark spark) {
        Figure(String label, String value, String unit, String note, String title) {
            this(label, value, unit, note, title, "", Spark.NONE);
        }
    }

    /** A thing to look at, with what to do. */
    public record Attention(String title, String text) {}

    /**
     * A name and a value.
     *
     * @param live what {@link LiveFigures} calls it, empty = it stands still
     */
    public record Fact(String name, String value, String live) {
        Fact(String name, String value) {
            this(name, value, "");
        }
    }

    /** How to announce something from a shell. */
    public record FirstSteps(boolean possible, String curl, String directory) {}

    /** The same for machines: one object, of the moment the page shows. */
    public static void json(Visit visit, Lines out) {
        Scene.look(visit, scene -> {
            OverviewJson.write(visit, scene, out);
            return scene;
        });
    }

    /** Takes the snapshot. Blocks while it reads the last events, or rebuilds the past. */
    public static Overview of(Visit visit) {
        return Scene.look(visit, scene -> new OverviewSnapshot(visit, scene).page());
    }
}
