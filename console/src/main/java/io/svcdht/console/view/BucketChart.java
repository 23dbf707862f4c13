package io.svcdht.console.view;

import io.svcdht.node.config.NetworkConfig;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The picture of the routing table: a column for each bucket from the widest on, a slot for each contact it may hold,
 * the longest unheard of at the bottom; below it all 256 buckets as a strip. What is empty is one mark for all of it: a
 * mark each would be most of the page.
 *
 * @param scale how many contacts a height stands for
 * @param free all slots that hold nobody
 * @param strip buckets that hold contacts
 * @param emptyStrip all others
 * @param note what the columns do not show
 */
public record BucketChart(
        int width,
        int height,
        List<Level> scale,
        List<Mark> slots,
        String free,
        List<Column> columns,
        List<Mark> strip,
        String emptyStrip,
        String note) {
    private static final int WIDTH = 800;
    private static final int LEFT = 36;
    private static final int RIGHT = 8;
    private static final int TOP = 8;
    private static final int FOOT = 196;
    private static final int STRIP = FOOT + 36;
    private static final int STRIP_HEIGHT = 9;
    private static final int COLUMNS_MIN = 16;
    private static final long FRESH_MILLIS = 900_000;

    public BucketChart {
        scale = List.copyOf(scale);
        slots = List.copyOf(slots);
        columns = List.copyOf(columns);
        strip = List.copyOf(strip);
    }

    public record Level(String y, String label) {}

    public record Mark(String path, String fill, String title) {}

    /** @param guarded whether the guard objects */
    public record Column(
            String x, String width, String middle, String held, String bucket, String href, boolean guarded) {}

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
        double each = (double) (WIDTH - LEFT - RIGHT) / columns;
        double slotHeight = (double) (FOOT - TOP) / slots;
        List<Mark> drawn = new ArrayList<>();
        StringBuilder free = new StringBuilder();
        List<Column> heads = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            double x = LEFT + i * each;
            column(all.get(i), slots, x, each, slotHeight, fill, drawn, free);
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
        StringBuilder empty = new StringBuilder();
        return new BucketChart(
                WIDTH,
                252,
                scale(slots, slotHeight),
                drawn,
                free.toString(),
                heads,
                strip(all, slots, empty),
                empty.toString(),
                note);
    }

    private static List<Level> scale(int slots, double height) {
        List<Level> levels = new ArrayList<>();
        int each = Math.max(1, slots / 4);
        for (int n = each; n <= slots; n += each) {
            levels.add(new Level(Axis.one(FOOT - (n - 0.5) * height + 4), String.valueOf(n)));
        }
        return levels;
    }

    private static void column(
            BucketFacts b,
            int slots,
            double x,
            double each,
            double height,
            Function<Routing.Known, String> fill,
            List<Mark> into,
            StringBuilder free) {
        for (int s = 0; s < slots; s++) {
            String path = Axis.box(x, FOOT - (s + 1) * height, each - 2, Math.max(1, height - 1.4));
            if (s < b.contacts().size()) {
                Routing.Known held = b.contacts().get(s);
                into.add(new Mark(
                        path,
                        fill.apply(held),
                        Say.id(held.contact().id().text())
                                + " at "
                                + held.contact().addr().text()));
            } else {
                free.append(path);
            }
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

    private static List<Mark> strip(List<BucketFacts> all, int slots, StringBuilder empty) {
        List<Mark> marks = new ArrayList<>();
        double each = (double) (WIDTH - LEFT - RIGHT) / 256;
        for (BucketFacts b : all) {
            int held = b.contacts().size();
            String path = Axis.box(LEFT + b.bucket() * each, STRIP, each - 0.5, STRIP_HEIGHT);
            if (held == 0) {
                empty.append(path);
            } else {
                marks.add(new Mark(
                        path,
                        b.underGuard() ? "f-warn" : held * 2 >= slots ? "f-bar" : "f-bar2",
                        "bucket %d: %s".formatted(b.bucket(), Say.count(held, "contact", "contacts"))));
            }
        }
        return marks;
    }
}
