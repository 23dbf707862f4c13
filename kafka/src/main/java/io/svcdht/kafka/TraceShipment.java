package io.svcdht.kafka;

import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds in the trace log what was not shipped yet, and hands it on, the oldest first. */
final class TraceShipment {
    private static final int PAGE = 200;
    /** Of what piled up beyond that, the oldest are left out: a trace is no source of truth. */
    private static final int PAGES_MAX = 500;

    private @Nullable UUID last;
    private long keptBefore = -1;

    /** @param last the lookup shipped last, null = none yet */
    TraceShipment(@Nullable UUID last) {
        this.last = last;
    }

    @Nullable
    UUID last() {
        return last;
    }

    /** Hands on what is new. */
    void round(TraceLog log, Consumer<LookupRecord> ship) {
        long kept = log.counts().kept();
        if (kept == keptBefore) {
            return;
        }
        keptBefore = kept;
        // The newest page moves while one goes back, so it is held; the older ones are asked for again.
        TraceLog.Page newest = log.page(TraceLog.Filter.ALL, PAGE);
        Deque<UUID> older = new ArrayDeque<>();
        TraceLog.Page page = newest;
        while (!holdsLast(page) && page.next() != null && older.size() < PAGES_MAX) {
            older.push(page.next());
            page = log.page(TraceLog.Filter.ALL.olderThan(older.peek()), PAGE);
        }
        for (UUID before : older) {
            fresh(log.page(TraceLog.Filter.ALL.olderThan(before), PAGE)).forEach(ship);
        }
        fresh(newest).forEach(ship);
        if (!newest.lookups().isEmpty()) {
            last = newest.lookups().getFirst().id();
        }
    }

    private boolean holdsLast(TraceLog.Page page) {
        return page.lookups().stream().anyMatch(l -> l.id().equals(last));
    }

    /** Those newer than the last one shipped, the oldest first. */
    private List<LookupRecord> fresh(TraceLog.Page page) {
        List<LookupRecord> fresh = new ArrayList<>();
        for (LookupRecord l : page.lookups()) {
            if (l.id().equals(last)) {
                break;
            }
            fresh.add(l);
        }
        return fresh.reversed();
    }
}
