package io.svcdht.console.view;

import io.svcdht.node.recent.Recent;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.recent.Refusals.Way;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who was refused.
 *
 * @param whoHref the peer's page, empty for an address
 * @param cidHref the content's page, empty where it was about none
 * @param since when it happened first
 */
public record RefusalRow(
        String at,
        String iso,
        String since,
        String way,
        String reason,
        String who,
        String whoTitle,
        String whoHref,
        String detail,
        String cid,
        String cidTitle,
        String cidHref,
        String publisher,
        String publisherTitle,
        String publisherHref,
        String times) {
    static Refusals of(Visit visit) {
        return visit.node().recent().map(Recent::refusals).orElseGet(Refusals::new);
    }

    /** Those of one peer, as whoever was refused or as the publisher of what was. */
    static List<RefusalRow> naming(NodeId id, Visit visit) {
        String text = id.text();
        return of(visit).rows().stream()
                .filter(r -> r.who().equals(text) || r.what().publisher().equals(text))
                .map(r -> of(r, visit))
                .toList();
    }

    static RefusalRow of(Refusals.Row r, Visit visit) {
        long now = visit.node().nowMillis();
        long nanos = System.nanoTime();
        long last = now - TimeUnit.NANOSECONDS.toMillis(nanos - r.lastNanos());
        long first = now - TimeUnit.NANOSECONDS.toMillis(nanos - r.firstNanos());
        Links links = visit.links();
        String publisher = r.what().publisher();
        return new RefusalRow(
                Say.clock(last, now),
                Say.iso(last),
                Say.clock(first, now),
                words(r.way()),
                r.reason().replace('_', ' '),
                Say.id(r.who()),
                r.who(),
                NodeId.looksLike(r.who()) ? links.peer(NodeId.parse(r.who())) : "",
                r.what().detail(),
                Say.id(r.what().cid()),
                r.what().cid(),
                r.what().cid().isEmpty()
                        ? ""
                        : links.content(ContentId.parse(r.what().cid(), true).key()),
                Say.id(publisher),
                publisher,
                NodeId.looksLike(publisher) ? links.peer(NodeId.parse(publisher)) : "",
                Say.number(r.times()));
    }

    static String words(Way way) {
        return switch (way) {
            case HERE -> "refused here";
            case ANSWERED -> "answer not believed";
            case THERE -> "refused ours";
        };
    }
}
