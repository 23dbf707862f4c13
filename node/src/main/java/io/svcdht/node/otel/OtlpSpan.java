package io.svcdht.node.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.svcdht.node.Tracing;
import io.svcdht.node.wire.TraceContext;
import java.util.HexFormat;

/** A span that OpenTelemetry keeps. */
final class OtlpSpan implements Tracing.Span {
    private final Span span;
    private final TraceContext context;

    OtlpSpan(Span span) {
        this.span = span;
        SpanContext c = span.getSpanContext();
        this.context = new TraceContext(
                HexFormat.fromHexDigitsToLong(c.getTraceId(), 0, 16),
                HexFormat.fromHexDigitsToLong(c.getTraceId(), 16, 32),
                HexFormat.fromHexDigitsToLong(c.getSpanId()),
                c.getTraceFlags().asByte());
    }

    @Override
    public TraceContext context() {
        return context;
    }

    @Override
    public Tracing.Span note(String key, String value) {
        span.setAttribute(key, value);
        return this;
    }

    @Override
    public Tracing.Span note(String key, long value) {
        span.setAttribute(AttributeKey.longKey(key), value);
        return this;
    }

    @Override
    public void end(boolean failed) {
        if (failed) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
