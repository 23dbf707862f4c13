package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.NodeId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** One publisher and the slots of its records, in no order; each record knows its place in the list. */
final class Publisher {
    private static final int PART_BITS = 10;
    private static final int PART = 1 << PART_BITS;
    private static final int[] NO_PART = {};
    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle RECORDS;

    static {
        try {
            RECORDS = MethodHandles.lookup().findVarHandle(Publisher.class, "records", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final NodeId node;
    private final int number;
    private int[][] parts = {new int[2]};
    private int records;

    Publisher(NodeId node, int number) {
        this.node = node;
        this.number = number;
    }

    NodeId node() {
        return node;
    }

    int number() {
        return number;
    }

    int records() {
        return (int) RECORDS.getAcquire(this);
    }

    /**
     * The slot at a place, {@link Slots#NONE} where none is any more. Whoever walks from the last place down to the
     * first sees every record that stays: one only ever moves from the last place to one before.
     */
    int slot(int place) {
        int[] part = parts[place >> PART_BITS];
        int at = place & PART - 1;
        return at < part.length ? (int) PLACE.getAcquire(part, at) : Slots.NONE;
    }

    void add(Slots slots, int slot) {
        int place = records;
        int part = place >> PART_BITS;
        int at = place & PART - 1;
        if (part == parts.length) {
            int[][] more = Arrays.copyOf(parts, part + Math.max(1, part / 4));
            Arrays.fill(more, part, more.length, NO_PART);
            parts = more;
        }
        if (at == parts[part].length) {
            parts[part] = Arrays.copyOf(parts[part], part == 0 ? at * 2 : PART);
        }
        slots.place(slot, place);
        PLACE.setRelease(parts[part], at, slot);
        RECORDS.setRelease(this, place + 1);
    }

    void remove(Slots slots, int slot) {
        int place = slots.place(slot);
        int last = records - 1;
        int moved = slot(last);
        PLACE.setRelease(parts[place >> PART_BITS], place & PART - 1, moved);
        slots.place(moved, place);
        RECORDS.setRelease(this, last);
        int part = last >> PART_BITS;
        // One part is kept in hand, or a record that comes and goes at the edge would cost 4 KiB each time.
        if ((last & PART - 1) == 0 && part + 1 < parts.length) {
            parts[part + 1] = NO_PART;
        }
    }

    /** Bytes of the arrays. */
    long heapBytes() {
        long bytes = 96 + 8L * parts.length;
        for (int[] part : parts) {
            bytes += part.length == 0 ? 0 : 16 + 4L * part.length;
        }
        return bytes;
    }
}
