package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;

/** A store with its index on the heap, some 40 bytes a record, and what the records say in {@link Bodies}. */
public abstract non-sealed class MappedStore extends IndexedStore {
    private final Bodies bodies;
    private final BodyRecords records;

    /**
     * @param bodies what is there is taken in by {@link #adoptBodies}
     * @param seed what hashes are mixed with
     */
    protected MappedStore(Bodies bodies, long seed) {
        this(new Slots(0), new Publishers(), bodies, seed);
    }

    private MappedStore(Slots slots, Publishers publishers, Bodies bodies, long seed) {
        this(slots, publishers, bodies, new BodyRecords(slots, publishers, bodies, true), seed);
    }

    private MappedStore(Slots slots, Publishers publishers, Bodies bodies, BodyRecords records, long seed) {
        super(slots, publishers, records, seed);
        this.bodies = bodies;
        this.records = records;
    }

    /** Makes the index of the bodies that are there already; once, before anything else. */
    protected final void adoptBodies() {
        bodies.forEach(this::adopt);
        slots.adopted();
    }

    /** Bodies come in any order; the records of a key stand in that of their first announcement. */
    private void adopt(int slot, byte[] body) {
        Key key = BodyRecords.key(body);
        Publisher publisher = publishers.intern(BodyRecords.publisher(body));
        slots.adopt(slot);
        slots.begin(slot, publisher.number(), index.hash(key));
        Leaf leaf = index.leaf(key);
        int before = Slots.NONE;
        int behind = leaf == null ? Slots.NONE : leaf.head(records, key, index.hash(key));
        while (behind != Slots.NONE && records.first(behind) < BodyRecords.first(body)) {
            before = behind;
            behind = slots.nextOfKey(behind);
        }
        if (leaf != null && before == Slots.NONE && behind != Slots.NONE) {
            slots.nextOfKey(slot, behind);
            leaf.begin();
            index.replace(leaf, key, slot);
            leaf.end();
            before = slot;
        }
        slots.nextOfKey(slot, behind);
        records.given(slot, body);
        link(key, leaf, before, slot, publisher);
    }
}
