package io.svcdht.storage.state;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
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
final class StateDigest {
    private static final Comparator<StoredRecord> BY_IDENTITY = Comparator.<StoredRecord, Key>comparing(
                    r -> r.record().cid().key())
            .thenComparing(r -> r.record().publisher())
            .thenComparing(r -> r.record().locator());

    private StateDigest() {}

    static Key of(State state) {
        List<StoredRecord> all = new ArrayList<>(state.index.records() + state.index.tombstones());
        state.index.forEach(holders -> holders.forEach(all::add));
        all.sort(BY_IDENTITY);
        Blake3 digest = new Blake3();
        ByteSink out = new ByteSink(256);
        for (StoredRecord r : all) {
            write(r, out.clear());
            digest.update(out.array(), 0, out.length());
        }
        return Key.of(digest.finish());
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
