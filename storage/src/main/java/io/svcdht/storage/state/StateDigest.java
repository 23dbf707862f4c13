package io.svcdht.storage.state;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.Comparator;
import java.util.List;

/**
 * One number for a whole state: equal states have equal digests, whatever path led to them.
 *
 * <pre>
 * BLAKE3-256 over, in order of (key, publisher, locator):
 *   kind u8 (0 record, 1 tombstone) | key 32 | text | publisher 32 | locator text | n varint, n × address text
 *   | ttl s varint | issued-at u48 ms | ends-at u48 ms
 * </pre>
 */
public final class StateDigest {
    private static final Comparator<StoredRecord> BY_PUBLISHER_AND_LOCATOR = Comparator.<StoredRecord, NodeId>comparing(
                    r -> r.record().publisher())
            .thenComparing(r -> r.record().locator());
    /** Content ids looked at together, so that no more than these are in memory as objects. */
    private static final int PAGE_KEYS = 1024;

    private StateDigest() {}

    /** A digest to be told of every entry in order. */
    public static Running running() {
        return new Running();
    }

    /** Entries so far. For one thread. */
    public static final class Running {
        private final Blake3 digest = new Blake3();
        private final ByteSink out = new ByteSink(256);

        private Running() {}

        /** Takes in the next entry in order of (key, publisher, locator). */
        public void add(StoredRecord r) {
            write(r, out.clear());
            digest.update(out.array(), 0, out.length());
        }

        public Key finish() {
            return Key.of(digest.finish());
        }
    }

    static Key of(ProviderView providers) {
        Running digest = running();
        List<Holders> page = providers.page(null, PAGE_KEYS);
        while (!page.isEmpty()) {
            for (Holders holders : page) {
                inOrder(holders.records()).forEach(digest::add);
            }
            page = providers.page(page.getLast().key(), PAGE_KEYS);
        }
        return digest.finish();
    }

    private static List<StoredRecord> inOrder(List<StoredRecord> records) {
        return records.size() == 1
                ? records
                : records.stream().sorted(BY_PUBLISHER_AND_LOCATOR).toList();
    }

    private static void write(StoredRecord r, ByteSink out) {
        ProviderRecord p = r.record();
        out.u8(r.tombstone() ? 1 : 0)
                .key(p.cid().key())
                .text(p.cid().text())
                .key(p.publisher().key())
                .text(p.locator())
                .varint(p.addrs().size());
        p.addrs().forEach(out::text);
        out.varint(p.ttlSeconds()).u48(p.issuedAtMillis()).u48(r.endsAtMillis());
    }
}
