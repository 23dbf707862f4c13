package io.svcdht.console.view;

import io.svcdht.node.view.SignedBy;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.StoredRecord;

/**
 * One record as a line of a table.
 *
 * @param left how long it has still to live, or what became of it
 * @param tone class of that: empty, warn or mut
 * @param position of its last event
 * @param locator as it is, for a form
 * @param own whether this node published it and could take it back
 */
public record ProviderRow(
        String cid,
        String cidTitle,
        String cidHref,
        String publisher,
        String publisherTitle,
        String publisherHref,
        String signed,
        String where,
        String whereTitle,
        String addrs,
        String ttl,
        String left,
        String tone,
        String ends,
        String position,
        String positionHref,
        String locator,
        boolean own) {
    private static final long SOON_MILLIS = 60_000;

    static ProviderRow of(StoredRecord stored, Visit visit, Scene scene) {
        ProviderRecord r = stored.record();
        Links links = visit.links();
        long left = stored.endsAtMillis() - scene.nowMillis();
        boolean self = r.publisher().equals(visit.node().id());
        String says = stored.tombstone()
                ? "withdrawn, forgotten in " + Say.duration(left)
                : left <= 0 ? "ran out" : Say.duration(left);
        return new ProviderRow(
                Say.id(r.cid().text()),
                r.cid().text(),
                links.content(r.cid().key()),
                self ? "this node" : Say.id(r.publisher().text()),
                r.publisher().text(),
                self ? "" : links.peer(r.publisher()),
                String.join(", ", SignedBy.of(r)),
                r.locator().isEmpty() ? "the publisher itself" : Say.shortened(r.locator(), 40, 12),
                r.locator(),
                String.join(" ", r.addrs()),
                Say.duration(r.ttlSeconds() * 1000L),
                says,
                stored.tombstone() || left <= 0 ? "mut" : left < SOON_MILLIS ? "chg" : "",
                Say.iso(stored.endsAtMillis()),
                Say.number(stored.position()),
                links.event(stored.position()),
                r.locator(),
                self && !stored.tombstone() && left > 0);
    }
}
