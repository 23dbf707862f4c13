package io.svcdht.storage.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what has run out without looking at the rest: a ring of one-second slots, each a doubly linked list through
 * the records themselves, so that adding and removing cost the same at any size.
 *
 * <pre>
 * slot = second of the end, modulo 2^18 (72 h 49 min; a record lives 48 h at most)
 * hand = the second up to which everything due was taken; what is added with an earlier end goes under the hand
 * </pre>
 *
 * <p>For the writer's thread only.
 */
final class ExpiryWheel {
    private static final int SLOTS = 1 << 18;
    private static final Comparator<StoredRecord> BY_END_THEN_POSITION =
            Comparator.comparingLong(StoredRecord::endsAtMillis).thenComparingLong(StoredRecord::position);

    private final @Nullable StoredRecord[] slots = new @Nullable StoredRecord[SLOTS];
    private long handSecond = Long.MIN_VALUE;

    void add(StoredRecord r) {
        int slot = index(Math.max(secondOf(r), handSecond));
        StoredRecord head = slots[slot];
        r.wheelSlot = slot;
        r.wheelNext = head;
        r.wheelPrevious = null;
        if (head != null) {
            head.wheelPrevious = r;
        }
        slots[slot] = r;
    }

    void remove(StoredRecord r) {
        StoredRecord previous = r.wheelPrevious;
        StoredRecord next = r.wheelNext;
        if (previous != null) {
            previous.wheelNext = next;
        } else {
            slots[r.wheelSlot] = next;
        }
        if (next != null) {
            next.wheelPrevious = previous;
        }
        r.wheelNext = null;
        r.wheelPrevious = null;
        r.wheelSlot = -1;
    }

    /**
     * What ends at or before {@code nowMillis}, earliest first, equal ends by position; at most {@code limit}, the
     * rest comes with the next call. Takes nothing out: the expiry events do that when they are folded, and must be
     * before the next call.
     */
    List<StoredRecord> due(long nowMillis, int limit) {
        long nowSecond = Math.floorDiv(nowMillis, 1000L);
        long second = handSecond == Long.MIN_VALUE || nowSecond - handSecond >= SLOTS
                ? nowSecond - SLOTS + 1
                : Math.min(handSecond, nowSecond);
        List<StoredRecord> due = new ArrayList<>();
        for (; ; second++) {
            for (StoredRecord r = slots[index(second)]; r != null; r = r.wheelNext) {
                if (r.endsAtMillis() <= nowMillis) {
                    due.add(r);
                }
            }
            if (due.size() >= limit || second >= nowSecond) {
                break;
            }
        }
        due.sort(BY_END_THEN_POSITION);
        List<StoredRecord> now = due.subList(0, Math.min(limit, due.size()));
        // What waits for the next call may lie in a slot already passed, where an end of a turn ago went before it.
        long hand = second;
        for (StoredRecord later : due.subList(now.size(), due.size())) {
            hand = Math.min(hand, second - (second - later.wheelSlot & SLOTS - 1));
        }
        handSecond = Math.max(handSecond, hand);
        return now;
    }

    private static long secondOf(StoredRecord r) {
        return Math.floorDiv(r.endsAtMillis(), 1000L);
    }

    private static int index(long second) {
        return (int) (second & SLOTS - 1);
    }
}
