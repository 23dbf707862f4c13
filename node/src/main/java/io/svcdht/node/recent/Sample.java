package io.svcdht.node.recent;

import java.util.EnumMap;
import java.util.Map;

/** One look at all figures; never changed after it was taken. */
public final class Sample {
    private final long atMillis;
    private final double seconds;
    private final float[] figures;
    private final Map<Span, Slice> spans;

    /**
     * @param atMillis by the node's clock
     * @param seconds since the sample before
     * @param figures those that are left out are 0
     */
    public Sample(long atMillis, double seconds, Map<Figure, Double> figures, Map<Span, Slice> spans) {
        this.atMillis = atMillis;
        this.seconds = seconds;
        this.figures = new float[Figure.values().length];
        figures.forEach((figure, value) -> this.figures[figure.ordinal()] = value.floatValue());
        this.spans = spans.isEmpty() ? Map.of() : new EnumMap<>(spans);
    }

    public long atMillis() {
        return atMillis;
    }

    public double seconds() {
        return seconds;
    }

    /** Since the sample before, or as it was when this one was taken. */
    public double of(Figure figure) {
        return figures[figure.ordinal()];
    }

    public Slice of(Span span) {
        return spans.getOrDefault(span, Slice.EMPTY);
    }
}
