package io.svcdht.storage.state;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about one content id, in the order it was first announced. Readers see it change under them, one
 * whole record at a time; what they iterate over is as it stood when they began, or newer.
 */
public final class Holders implements Iterable<StoredRecord> {
    private static final StoredRecord[] NONE = {};
    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(Holders.class, "held", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Key key;
    /**
     * A StoredRecord where there is one, as nearly always, else a StoredRecord[]. Written by release, read by acquire:
     * a full fence for each event would cost as much as the fold itself.
     */
    private Object held = NONE;

    Holders(Key key) {
        this.key = key;
    }

    public Key key() {
        return key;
    }

    /** Records and tombstones. */
    public int size() {
        return HELD.getAcquire(this) instanceof StoredRecord[] many ? many.length : 1;
    }

    /** The record or tombstone of the given identity. */
    public @Nullable StoredRecord of(NodeId publisher, String locator) {
        if (HELD.getAcquire(this) instanceof StoredRecord one) {
            return isOf(one, publisher, locator) ? one : null;
        }
        for (StoredRecord r : records()) {
            if (isOf(r, publisher, locator)) {
                return r;
            }
        }
        return null;
    }

    /** The record or tombstone whose last word stands at the given position. */
    public @Nullable StoredRecord at(long position) {
        if (HELD.getAcquire(this) instanceof StoredRecord one) {
            return one.position() == position ? one : null;
        }
        for (StoredRecord r : records()) {
            if (r.position() == position) {
                return r;
            }
        }
        return null;
    }

    /** The records a find at the given instant may show. */
    public List<ProviderRecord> aliveAt(long nowMillis) {
        List<ProviderRecord> alive = new ArrayList<>();
        for (StoredRecord r : records()) {
            if (r.aliveAt(nowMillis)) {
                alive.add(r.record());
            }
        }
        return alive;
    }

    /** The records and tombstones as they stand now. */
    public List<StoredRecord> snapshot() {
        return List.of(records());
    }

    @Override
    public Iterator<StoredRecord> iterator() {
        return snapshot().iterator();
    }

    void add(StoredRecord fresh) {
        StoredRecord[] now = records();
        StoredRecord[] next = Arrays.copyOf(now, now.length + 1);
        next[now.length] = fresh;
        publish(next);
    }

    /** In place: a stored record's fields are final, so that a reader sees the whole old one or the whole new one. */
    void replace(StoredRecord old, StoredRecord fresh) {
        if (held == old) {
            HELD.setRelease(this, fresh);
        } else {
            StoredRecord[] now = records();
            now[indexOf(now, old)] = fresh;
        }
    }

    void remove(StoredRecord gone) {
        StoredRecord[] now = records();
        int at = indexOf(now, gone);
        StoredRecord[] next = new StoredRecord[now.length - 1];
        System.arraycopy(now, 0, next, 0, at);
        System.arraycopy(now, at + 1, next, at, next.length - at);
        publish(next);
    }

    private void publish(StoredRecord[] next) {
        HELD.setRelease(this, next.length == 1 ? next[0] : next);
    }

    private StoredRecord[] records() {
        return switch (HELD.getAcquire(this)) {
            case StoredRecord[] many -> many;
            case Object one -> new StoredRecord[] {(StoredRecord) one};
        };
    }

    private static boolean isOf(StoredRecord r, NodeId publisher, String locator) {
        return r.record().locator().equals(locator) && r.record().publisher().equals(publisher);
    }

    private int indexOf(StoredRecord[] now, StoredRecord r) {
        for (int i = 0; i < now.length; i++) {
            if (now[i] == r) {
                return i;
            }
        }
        throw new IllegalStateException(r + " is not held under " + key);
    }
}
