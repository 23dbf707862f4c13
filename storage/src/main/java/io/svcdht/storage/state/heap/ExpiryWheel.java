package io.svcdht.storage.state.heap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Finds what has run out without looking at the rest: a ring of one-second seats, each a doubly linked list through
 * the slots themselves, so that adding and removing cost the same at any size.
 *
 * <pre>
 * seat = second of the end, modulo 2^18 (72 h 49 min; a record lives 48 h at most)
 * hand = the second up to which everything due was taken; what is added with an earlier end goes under the hand
 * </pre>
 *
 * <p>The seats come in pages of 256, some four minutes, and only pages that seat somebody are there: all of them would
 * take a megabyte, which is more than everything else a small node has.
 *
 * <p>Changed by the writer's thread. Readers walk a list under the stamp of its seat: 4,096 of them, so that the one
 * second in which everything ends that is being announced now disturbs hardly any other.
 */
final class ExpiryWheel {
    private static final int SEATS = 1 << 18;
    private static final int PAGE_BITS = 8;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int STAMPS = 1 << 12;
    private static final int READS_MAX = 16;
    private static final int END_OF_LIST = -1;
    private static final VarHandle STAMP = MethodHandles.arrayElementVarHandle(int[].class);

    private final Slots slots;
    private final Records records;
    private final Records readers;
    /** The page of those where nobody sits; never written to. */
    private static final int[] NOBODY = new int[PAGE];

    /** By page, the first slot of each list + 1. */
    private final int[][] pages = new int[SEATS >> PAGE_BITS][];
    /** By page, how many of its seats have a list. */
    private final short[] taken = new short[SEATS >> PAGE_BITS];

    private final int[] stamps = new int[STAMPS];
    private volatile long handSecond = Long.MIN_VALUE;
    private volatile long greatestSecond = Long.MIN_VALUE;
    /** No end that was added before the hand first moved is before it. */
    private long earliestSecond = Long.MAX_VALUE;
    /** What hangs under the hand though it should have been taken before. */
    private volatile int late;
    /** Whether what is left over was found by a hand that had been away for more than a turn. */
    private volatile boolean behindByATurn;

    ExpiryWheel(Slots slots, Records records) {
        this.slots = slots;
        this.records = records;
        readers = records.forReaders();
        Arrays.fill(pages, NOBODY);
    }

    /** The first slot of the seat's list, or the end of it. */
    private int head(int seat) {
        return pages[seat >> PAGE_BITS][seat & PAGE - 1] - 1;
    }

    private void head(int seat, int slot) {
        int p = seat >> PAGE_BITS;
        boolean was = head(seat) != END_OF_LIST;
        boolean is = slot != END_OF_LIST;
        if (is && taken[p] == 0) {
            pages[p] = new int[PAGE];
        }
        if (is || was) {
            pages[p][seat & PAGE - 1] = slot + 1;
        }
        taken[p] += (short) ((is ? 1 : 0) - (was ? 1 : 0));
        if (taken[p] == 0) {
            // A reader may still hold the page; it is not used again.
            pages[p] = NOBODY;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void add(int slot, long endMillis) {
        long second = second(endMillis);
        boolean isLate = second < handSecond;
        if (isLate) {
            late++;
        }
        if (handSecond == Long.MIN_VALUE) {
            earliestSecond = Math.min(earliestSecond, second);
        }
        if (second > greatestSecond) {
            greatestSecond = second;
        }
        slots.late(slot, isLate);
        int seat = seat(isLate ? handSecond : second);
        begin(seat);
        int head = head(seat);
        // The first of a list has its seat where the others have the one before them.
        slots.wheel(slot, head, ~seat);
        if (head != END_OF_LIST) {
            slots.wheel(head, slots.wheelNext(head), slot);
        }
        head(seat, slot);
        end(seat);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void remove(int slot, long endMillis) {
        if (slots.late(slot)) {
            late--;
        }
        int previous = slots.wheelPrevious(slot);
        int next = slots.wheelNext(slot);
        int seat = previous < 0 ? ~previous : seat(second(endMillis));
        begin(seat);
        if (previous < 0) {
            head(seat, next);
        } else {
            slots.wheel(previous, next, slots.wheelPrevious(previous));
        }
        if (next != END_OF_LIST) {
            slots.wheel(next, slots.wheelNext(next), previous);
        }
        end(seat);
    }

    /** The record at the slot ends at another time; does nothing where that is the same second. */
    void move(int slot, long fromMillis, long toMillis) {
        if (second(fromMillis) != second(toMillis) || slots.late(slot)) {
            remove(slot, fromMillis);
            add(slot, toMillis);
        }
    }

    /** See {@link io.svcdht.storage.state.RecordStore#due}. */
    Earliest due(long nowMillis, int limit) {
        long nowSecond = second(nowMillis);
        long hand = handSecond;
        boolean away = hand == Long.MIN_VALUE || nowSecond - hand >= SEATS;
        long second = away ? nowSecond - SEATS + 1 : Math.min(hand, nowSecond);
        if (hand == Long.MIN_VALUE) {
            // At a start, all that was loaded would be looked at otherwise, for nothing where nothing has run out.
            second = Math.max(second, Math.min(earliestSecond, nowSecond));
        }
        long firstFound = Long.MAX_VALUE;
        Earliest due = new Earliest(limit);
        for (; ; second++) {
            for (int s = head(seat(second)); s != END_OF_LIST; s = slots.wheelNext(s)) {
                long end = records.endsAtMillis(s);
                if (end <= nowMillis) {
                    due.offer(end, records.position(s), s);
                    firstFound = Math.min(firstFound, second);
                }
            }
            if (due.size() >= limit || second >= nowSecond) {
                break;
            }
        }
        due.sort();
        // What waits for the next call may lie in a seat already passed, where an end of a turn ago went before it.
        long passed = due.turnedAway() ? Math.min(firstFound, second) : second;
        handSecond = Math.max(hand, passed);
        behindByATurn = (away || behindByATurn) && (due.turnedAway() || second < nowSecond);
        return due;
    }

    /** What ends behind the given pair, earliest first. For any thread. */
    Earliest behind(long fromMillis, long afterPosition, int limit) {
        Earliest found = new Earliest(limit);
        Sieve sieve = (slot, end, position) -> {
            if (end > fromMillis || end == fromMillis && position > afterPosition) {
                found.offer(end, position, slot);
            }
        };
        long hand = handSecond;
        if (hand == Long.MIN_VALUE || late > 0 || behindByATurn || greatestSecond - hand >= SEATS) {
            // The seats are not in order of time, as after a clock that was set back. That passes.
            for (int seat = 0; seat < SEATS; seat++) {
                readSeat(seat, sieve);
            }
        } else {
            long last = Math.min(greatestSecond, hand + SEATS - 1);
            for (long second = Math.max(hand, second(fromMillis)); second <= last && found.size() < limit; second++) {
                long own = second;
                // What is just being moved to another seat is shown there, or keyset pages would jump over the rest.
                readSeat(seat(second), (slot, end, position) -> {
                    if (second(end) == own) {
                        sieve.take(slot, end, position);
                    }
                });
            }
        }
        found.sort();
        return found;
    }

    private interface Sieve {
        void take(int slot, long endMillis, long position);
    }

    private void readSeat(int seat, Sieve sieve) {
        if (head(seat) == END_OF_LIST) {
            return;
        }
        Earliest list = new Earliest(Integer.MAX_VALUE);
        for (int tries = 1; tries <= READS_MAX; tries++) {
            list.clear();
            int stamp = (int) STAMP.getAcquire(stamps, seat & STAMPS - 1);
            boolean whole = copySeat(seat, list) && (stamp & 1) == 0;
            VarHandle.acquireFence();
            if (whole && (int) STAMP.getOpaque(stamps, seat & STAMPS - 1) == stamp) {
                break;
            }
            // The last try stands: this second is being filled all the time, and what it shows is looked up again.
        }
        for (int i = 0; i < list.size(); i++) {
            sieve.take(list.slot(i), list.end(i), list.position(i));
        }
    }

    private boolean copySeat(int seat, Earliest list) {
        int most = slots.live();
        try {
            for (int s = head(seat); s != END_OF_LIST; s = slots.wheelNext(s)) {
                list.offer(readers.endsAtMillis(s), readers.position(s), s);
                if (list.size() > most) {
                    return false;
                }
            }
            return true;
        } catch (RuntimeException e) {
            // Somebody else's list, half changed: the stamp would not have held.
            return false;
        }
    }

    private void begin(int seat) {
        STAMP.setOpaque(stamps, seat & STAMPS - 1, stamps[seat & STAMPS - 1] + 1);
        VarHandle.releaseFence();
    }

    private void end(int seat) {
        VarHandle.releaseFence();
        STAMP.setOpaque(stamps, seat & STAMPS - 1, stamps[seat & STAMPS - 1] + 1);
    }

    static long second(long millis) {
        return Math.floorDiv(millis, 1000L);
    }

    static int seat(long second) {
        return (int) (second & SEATS - 1);
    }

    /** The first slot in each seat + 1, 0 = none. */
    int[] seats() {
        return Arrays.stream(pages).flatMapToInt(Arrays::stream).toArray();
    }

    /** Bytes of the arrays. */
    long heapBytes() {
        int there = 0;
        for (short seats : taken) {
            there += seats > 0 ? 1 : 0;
        }
        return there * (4L * PAGE + 16) + 6L * pages.length + 4L * STAMPS + 64;
    }
}
