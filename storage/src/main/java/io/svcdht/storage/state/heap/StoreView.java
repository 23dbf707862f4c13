package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.LiveHolders;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reading side: looks without a lock at what the writer may be changing, and looks again if it did. Only the stamp
 * of the key's own leaf counts, so that a reader is held up by changes near its key and no others.
 */
final class StoreView {
    private static final int SPINS = 64;

    private final Slots slots;
    private final KeyIndex index;
    private final Publishers publishers;
    private final Records records;
    private final ExpiryWheel wheel;

    StoreView(Slots slots, KeyIndex index, Publishers publishers, Records records, ExpiryWheel wheel) {
        this.slots = slots;
        this.index = index;
        this.publishers = publishers;
        this.records = records.forReaders();
        this.wheel = wheel;
    }

    /** What to read of a key's records; called once more whenever the records changed meanwhile. */
    private interface Look<T> {
        @Nullable
        T from(int head);
    }

    @SuppressWarnings("ThreadPriorityCheck") // the writer may have lost the processor in the middle of a change
    private <T> @Nullable T look(Key key, Look<T> look) {
        int hash = index.hash(key);
        for (int tries = 0; ; tries++) {
            Leaf leaf = index.leaf(key);
            if (leaf == null) {
                return look.from(Slots.NONE);
            }
            int stamp = leaf.stamp();
            if ((stamp & 1) == 0) {
                try {
                    @Nullable T seen = look.from(leaf.head(records, key, hash));
                    if (leaf.still(stamp)) {
                        return seen;
                    }
                } catch (RuntimeException e) {
                    if (leaf.still(stamp)) {
                        throw e;
                    }
                }
            }
            if (tries > SPINS) {
                Thread.yield();
            }
        }
    }

    /** The next of the chain; what was changed under a reader could lead it in a circle. */
    private int next(int slot, int steps) {
        if (steps > slots.live()) {
            throw new IllegalStateException("more than %d records of one key".formatted(steps));
        }
        return slots.nextOfKey(slot);
    }

    Holders holdersOf(Key key) {
        return holdersOf(key, null);
    }

    private Holders holdersOf(Key key, @Nullable Publisher only) {
        return new Holders(key, Objects.requireNonNull(look(key, head -> chain(key, head, only))));
    }

    private List<StoredRecord> chain(Key key, int head, @Nullable Publisher only) {
        if (head == Slots.NONE) {
            return List.of();
        }
        if (only == null && slots.nextOfKey(head) == Slots.NONE) {
            return List.of(records.decode(key, head));
        }
        List<StoredRecord> chain = new ArrayList<>();
        for (int s = head, n = 0; s != Slots.NONE; s = next(s, ++n)) {
            if (only == null || slots.publisher(s) == only.number()) {
                chain.add(records.decode(key, s));
            }
        }
        return chain;
    }

    void find(Key key, long nowMillis, int limit, LiveHolders found) {
        look(key, head -> {
            found.clear();
            for (int s = head, n = 0; s != Slots.NONE && found.size() < limit; s = next(s, ++n)) {
                records.show(s, nowMillis, found);
            }
            return found;
        });
    }

    int holders(Key key) {
        Integer count = look(key, head -> {
            int n = 0;
            for (int s = head; s != Slots.NONE; s = next(s, n)) {
                n++;
            }
            return n;
        });
        return Objects.requireNonNull(count);
    }

    @Nullable
    StoredRecord record(Key key, NodeId publisher, String locator) {
        Publisher p = publishers.of(publisher);
        return p == null
                ? null
                : look(key, head -> {
                    for (int s = head, n = 0; s != Slots.NONE; s = next(s, ++n)) {
                        if (slots.publisher(s) == p.number()
                                && records.locator(s).equals(locator)) {
                            return records.decode(key, s);
                        }
                    }
                    return null;
                });
    }

    private @Nullable StoredRecord at(int slot, long position) {
        Key key;
        try {
            key = records.key(slot);
        } catch (IndexOutOfBoundsException | IllegalStateException e) {
            // Gone since it was seen.
            return null;
        }
        return look(key, head -> {
            for (int s = head, n = 0; s != Slots.NONE; s = next(s, ++n)) {
                if (records.position(s) == position) {
                    return records.decode(key, s);
                }
            }
            return null;
        });
    }

    List<Holders> page(@Nullable Key after, int limit) {
        return page(after, limit, null);
    }

    private List<Holders> page(@Nullable Key after, int limit, @Nullable Publisher only) {
        List<Holders> page = new ArrayList<>();
        Keys keys = new Keys();
        index.walk(after, leaf -> {
            if (page.size() >= limit) {
                return KeyIndex.Next.STOP;
            }
            if (!leaf.copyKeys(records, keys)) {
                return KeyIndex.Next.AGAIN;
            }
            keys.sort();
            for (int i = after == null ? 0 : keys.firstBehind(after); i < keys.size() && page.size() < limit; i++) {
                add(page, keys.key(i), only);
            }
            return KeyIndex.Next.ON;
        });
        return Collections.unmodifiableList(page);
    }

    private void add(List<Holders> page, Key key, @Nullable Publisher only) {
        Holders h = holdersOf(key, only);
        if (h.size() > 0) {
            page.add(h);
        }
    }

    /**
     * A publisher with few records is looked through whole, among all keys are looked for those of one with many; with
     * n content ids the worst that lies between is the root of n × limit steps.
     */
    List<Holders> publishedBy(NodeId node, @Nullable Key after, int limit) {
        Publisher publisher = publishers.of(node);
        if (publisher == null || limit <= 0) {
            return List.of();
        }
        long all = publisher.records();
        if (all * all > (long) slots.live() * limit) {
            return page(after, limit, publisher);
        }
        Keys keys = new Keys();
        keys.clear((int) Math.min(limit, all) + 1);
        int room = (int) Math.min(limit, all);
        for (int place = (int) all - 1; place >= 0; place--) {
            int slot = publisher.slot(place);
            if (slot != Slots.NONE) {
                keys.put(records, slot);
                if (after == null || keys.lastPutIsBehind(after)) {
                    keys.keepSmallest(room);
                }
            }
        }
        keys.sort();
        List<Holders> page = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (i == 0 || !keys.key(i).equals(keys.key(i - 1))) {
                add(page, keys.key(i), publisher);
            }
        }
        // Several records of one key, or some just gone, left places on the page that others must have.
        return page.size() < limit && keys.size() == limit ? page(after, limit, publisher) : page;
    }

    List<StoredRecord> byExpiry(long fromMillis, long afterPosition, int limit) {
        List<StoredRecord> page = new ArrayList<>();
        long from = fromMillis;
        long after = afterPosition;
        while (page.size() < limit) {
            int wanted = limit - page.size();
            Earliest found = wheel.behind(from, after, wanted);
            for (int i = 0; i < found.size(); i++) {
                from = found.end(i);
                after = found.position(i);
                StoredRecord r = at(found.slot(i), after);
                if (r != null && r.endsAtMillis() == from) {
                    page.add(r);
                }
            }
            if (found.size() < wanted) {
                break;
            }
        }
        return Collections.unmodifiableList(page);
    }

    void forEach(Consumer<Holders> visitor) {
        Keys keys = new Keys();
        index.walk(null, leaf -> {
            if (!leaf.copyKeys(records, keys)) {
                return KeyIndex.Next.AGAIN;
            }
            for (int i = 0; i < keys.size(); i++) {
                Holders h = holdersOf(keys.key(i));
                if (h.size() > 0) {
                    visitor.accept(h);
                }
            }
            return KeyIndex.Next.ON;
        });
    }
}
