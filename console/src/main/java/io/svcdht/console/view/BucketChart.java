package io.svcdht.console.view;

import io.svcdht.node.config.NetworkConfig;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The picture of the routing table: a column for each bucket from the widest on, a slot for each contact it may hold,
 * the longest unheard of at the bottom; below it all 256 buckets as a strip.
 *
 * @param note what the columns do not show
 */
public record BucketChart(
        int width, int height, List<Slot> slots, List<Column> columns, List<Cell> strip, String stripY, String note) {
    private static final int WIDTH = 800;
    private static final int LEFT = 8;
    private static final int TOP = 8;
    private static final int FOOT = 196;
    private static final int COLUMNS_MIN = 16;
    private static final long FRESH_MILLIS = 900_000;

    public BucketChart {
        slots = List.copyOf(slots);
        columns = List.copyOf(columns);
        strip = List.copyOf(strip);
    }

    public record Slot(String x, String y, String width, String height, String fill, String title) {}

    /** @param guarded whether the guard objects */
    public record Column(
            String x, String width, String middle, String held, String bucket, String href, boolean guarded) {}

    public record Cell(String x, String width, String fill, String title) {}

    /** Coloured by when the journal last heard of each contact. */
    static BucketChart of(Routing routing, NetworkConfig config, Scene scene, LastWords words, Links links) {
        return of(routing, config, links, known -> fill(known, scene, words));
    }

    /** Coloured by whether a contact answered since the start, which needs no look into the journal. */
    static BucketChart of(Routing routing, NetworkConfig config, Links links) {
        return of(routing, config, links, known -> known.verified() ? "f-bar" : "f-warn");
    }

    private static BucketChart of(
            Routing routing, NetworkConfig config, Links links, Function<Routing.Known, String> fill) {
        int k = config.search().k();
        List<BucketFacts> all = new ArrayList<>();
        int last = COLUMNS_MIN - 1;
        int slots = k;
        for (int i = 0; i < 256; i++) {
            BucketFacts b = BucketFacts.of(i, routing.bucket(i), config.care());
            all.add(b);
            if (!b.contacts().isEmpty()) {
                last = Math.max(last, i);
                slots = Math.max(slots, b.contacts().size());
            }
        }
        int columns = Math.min(last + 1, 40);
        double each = (double) (WIDTH - 2 * LEFT) / columns;
        double slotHeight = (double) (FOOT - TOP) / slots;
        List<Slot> drawn = new ArrayList<>();
        List<Column> heads = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            double x = LEFT + i * each;
            column(all.get(i), slots, x, each, slotHeight, fill, drawn);
            heads.add(new Column(
                    Axis.one(x),
                    Axis.one(each - 2),
                    Axis.one(x + each / 2 - 1),
                    String.valueOf(all.get(i).contacts().size()),
                    String.valueOf(i),
                    links.bucket(i),
                    all.get(i).underGuard()));
        }
        String note = last < columns
                ? "%d to 255 are empty, as one expects of a network of this size".formatted(columns)
                : "%d to 255 are in the strip and in the table".formatted(columns);
        return new BucketChart(WIDTH, 252, drawn, heads, strip(all, slots), Axis.one(FOOT + 36), note);
    }

    private static void column(
            BucketFacts b,
            int slots,
            double x,
            double each,
            double height,
            Function<Routing.Known, String> fill,
            List<Slot> into) {
        for (int s = 0; s < slots; s++) {
            boolean held = s < b.contacts().size();
            String title = held
                    ? Say.id(b.contacts().get(s).contact().id().text())
                            + " at "
                            + b.contacts().get(s).contact().addr().text()
                    : "free";
            into.add(new Slot(
                    Axis.one(x),
                    Axis.one(FOOT - (s + 1) * height),
                    Axis.one(each - 2),
                    Axis.one(Math.max(1, height - 1.4)),
                    held ? fill.apply(b.contacts().get(s)) : "f-l2",
                    title));
        }
    }

    /** By when the journal last heard of it. */
    static String fill(Routing.Known known, Scene scene, LastWords words) {
        if (!known.verified()) {
            return "f-warn";
        }
        NodeId node = known.contact().id();
        long heard = words.of(node).map(e -> e.instantMillis()).orElse(0L);
        return scene.nowMillis() - heard <= FRESH_MILLIS ? "f-bar" : "f-bar2";
    }

    private static List<Cell> strip(List<BucketFacts> all, int slots) {
        List<Cell> cells = new ArrayList<>();
        double each = (double) (WIDTH - 2 * LEFT) / 256;
        for (BucketFacts b : all) {
            int held = b.contacts().size();
            String fill = held == 0 ? "f-l2" : b.underGuard() ? "f-warn" : held * 2 >= slots ? "f-bar" : "f-bar2";
            cells.add(new Cell(
                    Axis.one(LEFT + b.bucket() * each),
                    Axis.one(each - 0.5),
                    fill,
                    "bucket %d: %s".formatted(b.bucket(), Say.count(held, "contact", "contacts"))));
        }
        return cells;
    }
}
