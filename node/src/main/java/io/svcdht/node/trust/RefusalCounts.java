package io.svcdht.node.trust;

import io.svcdht.node.wire.Refusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** How often what peers sent was refused, by reason. Any thread counts, any thread reads. */
public final class RefusalCounts implements Consumer<Refusal> {
    private final Map<Refusal, LongAdder> counts = new EnumMap<>(Refusal.class);

    public RefusalCounts() {
        for (Refusal why : Refusal.values()) {
            counts.put(why, new LongAdder());
        }
    }

    @Override
    public void accept(Refusal why) {
        counts.getOrDefault(why, new LongAdder()).increment();
    }

    public long of(Refusal why) {
        return counts.getOrDefault(why, new LongAdder()).sum();
    }

    public long total() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }
}
