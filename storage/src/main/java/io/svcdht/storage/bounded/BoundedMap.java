package io.svcdht.storage.bounded;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that forgets an entry for each that comes over its bound. Not for two threads at once.
 *
 * @param <K> what is remembered by
 * @param <V> what is remembered
 */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int max;

    private BoundedMap(int max, boolean byUse) {
        super(16, 0.75f, byUse);
        if (max < 1) {
            throw new IllegalArgumentException("a map of at most %d entries; one at least makes sense".formatted(max));
        }
        this.max = max;
    }

    /** Forgets what came first, however often it was asked for since. */
    public static <K, V> BoundedMap<K, V> byAge(int max) {
        return new BoundedMap<>(max, false);
    }

    /** Forgets what was not asked for, nor put, for longest. Asking changes it: readers must not overlap either. */
    public static <K, V> BoundedMap<K, V> byUse(int max) {
        return new BoundedMap<>(max, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > max;
    }
}
