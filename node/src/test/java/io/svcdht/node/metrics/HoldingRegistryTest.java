package io.svcdht.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import java.lang.ref.WeakReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HoldingRegistryTest {
    private static void register(HoldingRegistry registry) {
        int[] asked = {0};
        Supplier<Integer> heldByNobody = () -> ++asked[0];
        Gauge.builder("gauge", heldByNobody, Supplier::get).register(registry);
        FunctionCounter.builder("counter", heldByNobody, Supplier::get).register(registry);
    }

    @Test
    void what_a_scrape_asks_outlives_a_garbage_collection() {
        HoldingRegistry registry = new HoldingRegistry(PrometheusConfig.DEFAULT);
        register(registry);
        WeakReference<Object> collected = new WeakReference<>(new Object());
        while (collected.get() != null) {
            System.gc();
        }
        assertThat(registry.scrape()).doesNotContain("NaN");
        double before = registry.get("counter").functionCounter().count();
        assertThat(registry.get("counter").functionCounter().count()).isGreaterThan(before);
        registry.close();
    }
}
