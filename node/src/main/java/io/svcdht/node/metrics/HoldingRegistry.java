package io.svcdht.node.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Holds what it asks at each scrape. Micrometer only refers to it weakly, and a supplier that nobody else holds is gone with
 * the next garbage collection: the gauge says NaN from then on, and the counter stands still.
 */
final class HoldingRegistry extends PrometheusMeterRegistry {
    /** Null while the parent's constructor runs. */
    private final @Nullable Queue<Object> asked = new ConcurrentLinkedQueue<>();

    HoldingRegistry(PrometheusConfig config) {
        super(config);
    }

    HoldingRegistry(PrometheusConfig config, PrometheusRegistry registry, Clock clock, SpanContext spans) {
        super(config, registry, clock, spans);
    }

    @Override
    protected <T> Gauge newGauge(Meter.Id id, @Nullable T asks, ToDoubleFunction<T> value) {
        hold(asks);
        return super.newGauge(id, asks, value);
    }

    @Override
    protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T asks, ToDoubleFunction<T> value) {
        hold(asks);
        return super.newFunctionCounter(id, asks, value);
    }

    private void hold(@Nullable Object asks) {
        if (asks != null && asked != null) {
            asked.add(asks);
        }
    }
}
