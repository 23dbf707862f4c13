package io.svcdht.node.otel;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.svcdht.node.Tracing;
import io.svcdht.node.config.Telemetry;
import io.svcdht.node.wire.TraceContext;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Spans by OpenTelemetry, sent in batches by OTLP over HTTP. What ends while {@value #QUEUE_MAX} wait is left out: a
 * collector that is slow or away holds up nothing. Nothing is written to a disk.
 */
public final class OtlpTracing implements Tracing, AutoCloseable {
    private static final int QUEUE_MAX = 4_096;
    private static final int BATCH_MAX = 512;
    private static final Duration EACH = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long CLOSE_SECONDS = 2;
    private static final double PER_CENT = 100;

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    private OtlpTracing(SdkTracerProvider provider) {
        this.provider = provider;
        this.tracer = provider.get("io.svcdht");
    }

    /**
     * Begins to trace.
     *
     * @param endpoint the collector's, without {@code /v1/traces}
     * @param node text of this node's id
     * @param failed told of each batch that did not arrive
     */
    public static OtlpTracing start(URI endpoint, Telemetry settings, String node, String version, Runnable failed) {
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint.toString().replaceAll("/+$", "") + "/v1/traces")
                .setTimeout(PATIENCE)
                .setConnectTimeout(PATIENCE)
                .setRetryPolicy(null)
                .setMeterProvider(MeterProvider.noop())
                .build();
        Resource resource = Resource.create(Attributes.builder()
                .put("service.name", "svc-dht")
                .put("service.version", version)
                .put("service.instance.id", node)
                .build());
        return new OtlpTracing(SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.sampledPct() / PER_CENT)))
                .addSpanProcessor(BatchSpanProcessor.builder(new ToldExporter(exporter, endpoint, failed))
                        .setMaxQueueSize(QUEUE_MAX)
                        .setMaxExportBatchSize(BATCH_MAX)
                        .setScheduleDelay(EACH)
                        .setExporterTimeout(PATIENCE)
                        .setMeterProvider(MeterProvider.noop())
                        .build())
                .build());
    }

    @Override
    public boolean on() {
        return true;
    }

    @Override
    public Span begin(Kind kind, String name, @Nullable TraceContext parent) {
        SpanBuilder builder = tracer.spanBuilder(name)
                .setSpanKind(
                        switch (kind) {
                            case SERVER -> SpanKind.SERVER;
                            case CLIENT -> SpanKind.CLIENT;
                            case INTERNAL -> SpanKind.INTERNAL;
                        })
                .setParent(
                        parent == null
                                ? Context.root()
                                : Context.root().with(io.opentelemetry.api.trace.Span.wrap(remote(parent))));
        return new OtlpSpan(builder.startSpan());
    }

    private static SpanContext remote(TraceContext c) {
        return SpanContext.createFromRemoteParent(
                c.traceId(), c.spanId(), TraceFlags.fromByte(c.flags()), TraceState.getDefault());
    }

    /** Sends what waits, for at most {@value #CLOSE_SECONDS} s. */
    @Override
    public void close() {
        provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
