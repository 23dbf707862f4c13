package io.svcdht.storage.state.heap;

import java.util.function.LongConsumer;

/**
 * Records on the heap, in arrays of numbers: about 86 bytes a record, no object and no reference for each, so that the
 * garbage collector has nothing to follow and a change nothing to leave behind.
 */
public final class HeapStore extends IndexedStore {
    private static final long SEED_FIXED = 0x5851F42D4C957F2DL;

    private final HeapRecords records;

    public HeapStore() {
        this(SEED_FIXED);
    }

    /**
     * @param seed what hashes are mixed with. It shows nowhere; a node draws one, so that nobody can choose content ids
     *     that collide in it
     */
    public HeapStore(long seed) {
        this(new Slots(HeapRecords.WORDS), new Publishers(), seed);
    }

    private HeapStore(Slots slots, Publishers publishers, long seed) {
        this(slots, publishers, new HeapRecords(slots, publishers, seed), seed);
    }

    private HeapStore(Slots slots, Publishers publishers, HeapRecords records, long seed) {
        super(slots, publishers, records, seed);
        this.records = records;
    }

    @Override
    public void forEachEnd(LongConsumer endsAtMillis) {
        records.forEachEnd(endsAtMillis);
    }
}
