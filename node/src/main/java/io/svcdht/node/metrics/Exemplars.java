package io.svcdht.node.metrics;

import io.prometheus.metrics.tracer.common.SpanContext;
import io.svcdht.node.wire.TraceContext;
import org.jspecify.annotations.Nullable;

/** Which trace a measurement is part of, while it is taken; histograms keep one of them beside a bucket. */
final class Exemplars implements SpanContext {
    private static final ThreadLocal<@Nullable TraceContext> CURRENT = new ThreadLocal<>();

    /** Takes measurements that are part of it. */
    void within(TraceContext context, Runnable measured) {
        CURRENT.set(context);
        try {
            measured.run();
        } finally {
            CURRENT.remove();
        }
    }

    @Override
    public @Nullable String getCurrentTraceId() {
        TraceContext c = CURRENT.get();
        return c == null ? null : c.traceId();
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        TraceContext c = CURRENT.get();
        return c == null ? null : c.spanId();
    }

    @Override
    public boolean isCurrentSpanSampled() {
        TraceContext c = CURRENT.get();
        return c != null && c.sampled();
    }

    @Override
    public void markCurrentSpanAsExemplar() {}
}
