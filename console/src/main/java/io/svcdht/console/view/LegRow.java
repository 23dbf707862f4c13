package io.svcdht.console.view;

import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;

/**
 * A leg in words, for the picture and the table alike.
 *
 * @param name hop, and which one at that hop: 3.1
 * @param via name of the leg whose answer named the peer; empty = the own table
 * @param way what carried the answer; empty = there was none
 * @param tone class of its words
 * @param bits that the peer shares with the target
 */
public record LegRow(
        String name,
        String via,
        String peer,
        String peerTitle,
        String peerHref,
        String address,
        String bits,
        String why,
        String heardOf,
        String sent,
        String took,
        String way,
        String outcome,
        String tone) {
    static LegRow of(LookupRecord lookup, int index, Links links) {
        LegRecord leg = lookup.legs().get(index);
        String id = leg.peer().text();
        return new LegRow(
                lookup.legName(index),
                leg.via() < 0 ? "" : lookup.legName(leg.via()),
                id.substring(3, 11),
                id,
                links.peer(leg.peer()),
                leg.address(),
                String.valueOf(Waterfall.bits(lookup, leg)),
                TraceWords.why(leg.why()),
                TraceWords.millis(leg.heardOfNanos()),
                TraceWords.millis(leg.sentNanos()),
                TraceWords.millis(leg.waitedNanos()),
                TraceWords.way(leg.way()),
                TraceWords.outcome(leg),
                TraceWords.tone(leg));
    }
}
