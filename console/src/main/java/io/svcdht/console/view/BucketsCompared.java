package io.svcdht.console.view;

import io.svcdht.storage.replay.RoutingDiff;
import io.svcdht.storage.state.Routing;
import java.util.ArrayList;
import java.util.List;

/**
 * The picture of how many contacts each bucket had at A and has at B: solid is B, what was held at A and lost is
 * hatched above it.
 */
public record BucketsCompared(int width, int height, List<Bar> bars) {
    static final BucketsCompared NONE = new BucketsCompared(0, 0, List.of());

    private static final int WIDTH = 560;
    private static final int HEIGHT = 132;
    private static final int LEFT = 30;
    private static final int FOOT = 110;
    private static final int TOP = 18;

    public BucketsCompared {
        bars = List.copyOf(bars);
    }

    /** @param lostHeight 0 = nothing was lost */
    public record Bar(
            String x,
            String width,
            String y,
            String height,
            String lostY,
            String lostHeight,
            String middle,
            String labelY,
            String change,
            boolean fewer,
            String bucket,
            String title) {}

    /** @param now contacts at B */
    static BucketsCompared of(Routing now, RoutingDiff diff) {
        int[] atB = new int[257];
        int[] atA = new int[257];
        int last = 7;
        for (Routing.Known k : now.contacts()) {
            int bucket = now.bucketOf(k.contact().id());
            atB[bucket]++;
            last = Math.max(last, bucket);
        }
        System.arraycopy(atB, 0, atA, 0, atA.length);
        for (RoutingDiff.Change c : diff.contacts()) {
            int bucket = now.bucketOf(c.node());
            last = Math.max(last, bucket);
            atA[bucket] += (c.before().isPresent() ? 1 : 0) - (c.after().isPresent() ? 1 : 0);
        }
        int greatest = 1;
        for (int i = 0; i <= last; i++) {
            greatest = Math.max(greatest, Math.max(atA[i], atB[i]));
        }
        List<Bar> bars = new ArrayList<>();
        double each = (double) (WIDTH - LEFT) / (last + 1);
        for (int i = 0; i <= last; i++) {
            bars.add(bar(LEFT + i * each, each, i, atA[i], atB[i], (double) (FOOT - TOP) / greatest));
        }
        return new BucketsCompared(WIDTH, HEIGHT, bars);
    }

    private static Bar bar(double x, double each, int bucket, int a, int b, double unit) {
        double height = b * unit;
        double lost = Math.max(0, a - b) * unit;
        return new Bar(
                Axis.one(x + 1),
                Axis.one(Math.max(1, each - 3)),
                Axis.one(FOOT - height),
                Axis.one(height),
                Axis.one(FOOT - height - lost),
                Axis.one(lost),
                Axis.one(x + each / 2),
                Axis.one(FOOT - height - lost - 4),
                a == b ? "" : a > b ? "−" + (a - b) : "+" + (b - a),
                a > b,
                String.valueOf(bucket),
                "bucket %d: %s at A, %d at B".formatted(bucket, Say.count(a, "contact", "contacts"), b));
    }
}
