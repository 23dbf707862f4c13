package io.svcdht.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Counters and latencies of one route, looked up once and then reached through an array. */
public final class RouteMeters {
    private static final int STATUS_MAX = 599;

    /** The methods that have a label value of their own; everything else is {@code OTHER}. */
    public enum Method {
        GET,
        POST,
        PUT,
        DELETE,
        HEAD,
        OPTIONS,
        PATCH,
        OTHER;

        public static Method of(String name) {
            return valueOf(ClosedLabels.method(name));
        }
    }

    private record Line(Timer latency, AtomicReferenceArray<@Nullable Counter> byStatus) {}

    private final Metrics metrics;
    private final String route;
    private final AtomicReferenceArray<@Nullable Line> byMethod = new AtomicReferenceArray<>(Method.values().length);

    RouteMeters(Metrics metrics, String route) {
        this.metrics = metrics;
        this.route = route;
    }

    /** One request was answered. */
    public void done(Method method, int status, long nanos) {
        Line line = line(method);
        int slot = Math.clamp(status, 0, STATUS_MAX);
        Counter counter = line.byStatus().get(slot);
        if (counter == null) {
            counter = metrics.httpRequests(route, method.name(), Integer.toString(slot));
            line.byStatus().set(slot, counter);
        }
        counter.increment();
        line.latency().record(nanos, TimeUnit.NANOSECONDS);
    }

    private Line line(Method method) {
        Line line = byMethod.get(method.ordinal());
        if (line == null) {
            line = new Line(metrics.requestLatency(route, method.name()), new AtomicReferenceArray<>(STATUS_MAX + 1));
            byMethod.set(method.ordinal(), line);
        }
        return line;
    }

    /** A counter for each value of an enum, made at once so that every series shows from the start. */
    static <E extends Enum<E>> Map<E, Counter> counters(Class<E> type, java.util.function.Function<E, Counter> maker) {
        Map<E, Counter> map = new EnumMap<>(type);
        for (E e : type.getEnumConstants()) {
            map.put(e, maker.apply(e));
        }
        return map;
    }
}
