package io.svcdht.node.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps label values closed sets, whoever makes the meter: unknown methods become {@code OTHER}, unmatched routes
 * {@code none}, and what is no HTTP status {@code other}. What strangers send must never grow a series.
 */
final class ClosedLabels implements MeterFilter {
    static final String METHOD_OTHER = "OTHER";
    static final String ROUTE_NONE = "none";

    private static final Set<String> METHODS =
            Set.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", METHOD_OTHER);

    private final Set<String> routes = ConcurrentHashMap.newKeySet();

    void addRoute(String route) {
        routes.add(route);
    }

    static String method(String name) {
        return METHODS.contains(name) ? name : METHOD_OTHER;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        List<Tag> tags = new ArrayList<>();
        for (Tag tag : id.getTagsAsIterable()) {
            tags.add(Tag.of(tag.getKey(), closed(tag.getKey(), tag.getValue())));
        }
        return id.replaceTags(tags);
    }

    private String closed(String key, String value) {
        return switch (key) {
            case "method" -> method(value);
            case "route" -> routes.contains(value) ? value : ROUTE_NONE;
            case "status" -> value.length() == 3 && value.chars().allMatch(c -> c >= '0' && c <= '9') ? value : "other";
            default -> value;
        };
    }
}
