package io.svcdht.storage.state;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.RoutingCodec;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import java.util.Comparator;
import java.util.List;

/**
 * One number for a whole state: equal states have equal digests, whatever path led to them.
 *
 * <pre>
 * BLAKE3-256 over, in order of (key, publisher, locator):
 *   kind u8 (0 record, 1 tombstone, 2 record with proof) | key 32 | text | publisher 32 | locator text
 *   | n varint, n × address text | ttl s varint | issued-at u48 ms | ends-at u48 ms
 *   | with proof: Ed25519 key 32 | ML-DSA-87 key hash 32 | n varint, n bytes of signatures
 * then, bucket by bucket from the widest to the nearest, each from the longest unheard of to the latest:
 *   3 contact u8 | verified u8 | contact as in RoutingCodec
 * then, in the order of their text:
 *   4 ban u8 | banned as in RoutingCodec | reason text
 * then, in the order of their ids, and of the keys' hashes:
 *   5 root u8 | root as in EventCodec | keep-until u48 ms
 *   6 key u8 | ML-DSA-87 key 2,592
 * </pre>
 *
 * <p>Without contacts, bans, proofs and roots it is what it was before there were any.
 */
public final class StateDigest {
    private static final Comparator<StoredRecord> BY_PUBLISHER_AND_LOCATOR = Comparator.<StoredRecord, NodeId>comparing(
                    r -> r.record().publisher())
            .thenComparing(r -> r.record().locator());
    /** Content ids looked at together, so that no more than these are in memory as objects. */
    private static final int PAGE_KEYS = 1024;

    private static final int RECORD = 0;
    private static final int TOMBSTONE = 1;
    private static final int PROVED = 2;
    private static final int CONTACT = 3;
    private static final int BAN = 4;
    private static final int ROOT = 5;
    private static final int KEY = 6;

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

        /** Takes in contacts, bans and roots, which come last, and ends. */
        public Key finish(Routing routing, RootView roots) {
            write(routing, digest, out);
            write(roots, digest, out);
            return Key.of(digest.finish());
        }
    }

    static Key of(ProviderView providers, Routing routing, RootView roots) {
        Running digest = running();
        List<Holders> page = providers.page(null, PAGE_KEYS);
        while (!page.isEmpty()) {
            for (Holders holders : page) {
                inOrder(holders.records()).forEach(digest::add);
            }
            page = providers.page(page.getLast().key(), PAGE_KEYS);
        }
        return digest.finish(routing, roots);
    }

    private static List<StoredRecord> inOrder(List<StoredRecord> records) {
        return records.size() == 1
                ? records
                : records.stream().sorted(BY_PUBLISHER_AND_LOCATOR).toList();
    }

    private static void write(Routing routing, Blake3 digest, ByteSink out) {
        for (Routing.Known known : routing.contacts()) {
            RoutingCodec.contact(known.contact(), out.clear().u8(CONTACT).u8(known.verified() ? 1 : 0));
            digest.update(out.array(), 0, out.length());
        }
        for (Routing.Ban ban : routing.bans()) {
            RoutingCodec.banned(ban.what(), out.clear().u8(BAN));
            out.text(ban.reason());
            digest.update(out.array(), 0, out.length());
        }
    }

    private static void write(RootView roots, Blake3 digest, ByteSink out) {
        for (RootView.Kept kept : roots.all()) {
            EventCodec.encode(kept.root(), out.clear().u8(ROOT));
            out.u48(kept.keepUntilMillis());
            digest.update(out.array(), 0, out.length());
        }
        for (MlDsa87Key key : roots.keys()) {
            out.clear().u8(KEY).raw(key.bytes());
            digest.update(out.array(), 0, out.length());
        }
    }

    private static void write(StoredRecord r, ByteSink out) {
        ProviderRecord p = r.record();
        Proof proof = p.proof();
        out.u8(r.tombstone() ? TOMBSTONE : proof == null ? RECORD : PROVED)
                .key(p.cid().key())
                .text(p.cid().text())
                .key(p.publisher().key())
                .text(p.locator())
                .varint(p.addrs().size());
        p.addrs().forEach(out::text);
        out.varint(p.ttlSeconds()).u48(p.issuedAtMillis()).u48(r.endsAtMillis());
        if (proof != null && !r.tombstone()) {
            out.key(proof.keys().ed25519())
                    .key(proof.keys().mlDsa87Hash())
                    .varint(proof.signatureBytes())
                    .raw(proof.signatures());
        }
    }
}
