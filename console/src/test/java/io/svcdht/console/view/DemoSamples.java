package io.svcdht.console.view;

import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.recent.Sample;
import io.svcdht.node.recent.Slice;
import io.svcdht.node.recent.Span;
import io.svcdht.node.recent.Spread;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** An hour of a node that is asked a lot, made up from one seed: a wave of load, and a minute in which peers are slow. */
public final class DemoSamples {
    private static final int SLOW_FROM = 640;
    private static final int SLOW_TO = 660;

    private DemoSamples() {}

    public static Recent before(long nowMillis) {
        Random luck = new Random(20_261_123);
        Recent recent = new Recent();
        for (int i = 0; i < Recent.SAMPLES_MAX; i++) {
            double wave = 1 + 0.3 * Math.sin(i / 40.0) + luck.nextGaussian() * 0.08;
            boolean slow = i >= SLOW_FROM && i < SLOW_TO;
            recent.add(new Sample(
                    nowMillis - (Recent.SAMPLES_MAX - 1 - i) * 5_000L,
                    Recent.EACH_SECONDS,
                    figures(luck, wave, slow, i),
                    Map.of(
                            Span.FIND, times(luck, 200, 0.05, 1),
                            Span.SEARCH, times(luck, 80, slow ? 160 : 40, 1e6),
                            Span.HOPS, hops(luck),
                            Span.APPEND, times(luck, 100, 4, 1e3),
                            Span.SYNC, times(luck, 30, 1.8, 1e6))));
        }
        return recent;
    }

    private static Map<Figure, Double> figures(Random luck, double wave, boolean slow, int i) {
        Map<Figure, Double> f = new EnumMap<>(Figure.class);
        f.put(Figure.FINDS, Math.rint(2_060 * wave));
        f.put(Figure.PROVIDES, Math.rint(210 * wave));
        f.put(Figure.SEARCHES, Math.rint(410 * wave));
        f.put(Figure.SEARCHES_HEDGED, Math.rint(410 * wave * (slow ? 0.3 : 0.08)));
        f.put(Figure.HEDGES, Math.rint(410 * wave * (slow ? 0.42 : 0.09)));
        f.put(Figure.EVENTS, Math.rint(860 * wave));
        f.put(Figure.REQUESTS, Math.rint(2_300 * wave));
        f.put(Figure.REFUSALS, (double) luck.nextInt(4));
        f.put(Figure.ASKED_PING, Math.rint(20 * wave));
        f.put(Figure.ASKED_FIND_NODE, Math.rint(130 * wave));
        f.put(Figure.ASKED_FIND_VALUE, Math.rint(2_700 * wave));
        f.put(Figure.ASKED_PROVIDE, Math.rint(390 * wave));
        f.put(Figure.SERVED_PING, Math.rint(22 * wave));
        f.put(Figure.SERVED_FIND_NODE, Math.rint(160 * wave));
        f.put(Figure.SERVED_FIND_VALUE, Math.rint(2_400 * wave));
        f.put(Figure.SERVED_PROVIDE, Math.rint(350 * wave));
        f.put(Figure.ASKED_IN_VAIN, Math.rint(3_200 * wave * (slow ? 0.21 : 0.05)));
        f.put(Figure.QUEUE, (double) luck.nextInt(slow ? 900 : 40));
        f.put(Figure.INFLIGHT, (double) luck.nextInt(slow ? 60 : 14));
        f.put(Figure.HTTP_CONNECTIONS, 40.0 + luck.nextInt(8));
        f.put(Figure.PEER_CONNECTIONS, 198.0 + luck.nextInt(4));
        f.put(Figure.UNPUBLISHED, (double) luck.nextInt(30));
        f.put(Figure.RECORDS, 1_480_000.0 + i * 4);
        f.put(Figure.CONTACTS, 198.0 + luck.nextInt(3));
        f.put(Figure.CONTACTS_LIVE, 190.0);
        f.put(Figure.JOURNAL_BYTES, 6.2e9 + i * 1e5);
        f.put(Figure.HEAP_BYTES, 4e8 + luck.nextInt(300) * 1e6);
        return f;
    }

    private static Slice times(Random luck, int count, double typical, double unit) {
        Spread spread = new Spread();
        for (int i = 0; i < count; i++) {
            spread.add((long) (typical * unit * Math.exp(luck.nextGaussian() * 0.6)));
        }
        return spread.take();
    }

    private static Slice hops(Random luck) {
        Spread spread = new Spread();
        for (int i = 0; i < 80; i++) {
            spread.add(Math.max(1, Math.round(2 + luck.nextGaussian() * 0.7)));
        }
        return spread.take();
    }
}
