package io.svcdht.node.metrics;

import io.prometheus.metrics.tracer.common.SpanContext;
import io.svcdht.node.wire.TraceContext;
import org.jspecify.annotations.Nullable;

/** Which trace a measurement is part of, while it is taken; histograms keep one of them beside a bucket. */
final class Exemplars implements SpanContext {
    private final ThreadLocal<@Nullable TraceContext> current = new ThreadLocal<>();

    /** Takes measurements that are part of it. */
    void within(TraceContext context, Runnable measured) {
        current.set(context);
        try {
            measured.run();
        } finally {
            current.remove();
        }
    }

    @Override
    public @Nullable String getCurrentTraceId() {
        TraceContext c = current.get();
        return c == null ? null : c.traceId();
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        TraceContext c = current.get();
        return c == null ? null : c.spanId();
    }

    @Override
    public boolean isCurrentSpanSampled() {
        TraceContext c = current.get();
        return c != null && c.sampled();
    }

    @Override
    public void markCurrentSpanAsExemplar() {}
}
