package io.svcdht.console.view;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Another lookup beside the one a page is about, on the same scale of time.
 *
 * @param id of the other
 * @param sentence what it comes to
 * @param rows figure by figure
 * @param peers whom both asked with another end, and whom only one asked
 * @param both how many peers both asked
 */
public record LookupsCompared(
        String id,
        String shortId,
        String href,
        String sentence,
        Waterfall chart,
        List<Row> rows,
        List<Peer> peers,
        long both,
        String alone) {
    public LookupsCompared {
        rows = List.copyOf(rows);
        peers = List.copyOf(peers);
    }

    /** @param differs whether one should look at it */
    public record Row(String figure, String here, String there, boolean differs) {}

    /** A peer with what became of it in both; empty = it was not asked there. */
    public record Peer(String id, String title, String href, String address, String here, String there) {}

    static LookupsCompared of(LookupRecord here, LookupRecord there, Links links) {
        List<LegRow> legs = IntStream.range(0, there.legs().size())
                .mapToObj(i -> LegRow.of(there, i, links))
                .toList();
        Map<NodeId, LegRecord> a = byPeer(here);
        Map<NodeId, LegRecord> b = byPeer(there);
        long both = a.keySet().stream().filter(b::containsKey).count();
        return new LookupsCompared(
                there.id().toString(),
                there.id().toString().substring(0, 13),
                links.root() + "lookups/" + there.id(),
                sentence(here, there, a, b, both),
                Waterfall.of(there, legs, Waterfall.horizon(here, there)),
                rows(here, there),
                peers(a, b, links),
                both,
                links.root() + "lookups/" + here.id());
    }

    /** Of a peer that was asked twice the last leg says what became of it. */
    private static Map<NodeId, LegRecord> byPeer(LookupRecord lookup) {
        Map<NodeId, LegRecord> all = new LinkedHashMap<>();
        lookup.legs().forEach(leg -> all.put(leg.peer(), leg));
        return all;
    }

    private static String sentence(
            LookupRecord here, LookupRecord there, Map<NodeId, LegRecord> a, Map<NodeId, LegRecord> b, long both) {
        if (here.id().equals(there.id())) {
            return "Both are the same lookup.";
        }
        String about = here.target().equals(there.target()) ? "" : "They looked for different things. ";
        String end = here.outcome() == there.outcome()
                ? "Both: %s. ".formatted(TraceWords.outcome(here.outcome()))
                : "This one: %s; the other: %s. "
                        .formatted(TraceWords.outcome(here.outcome()), TraceWords.outcome(there.outcome()));
        long apart = there.tookNanos() - here.tookNanos();
        String time = apart == 0
                ? "They took as long. "
                : "The other took %s %s. ".formatted(TraceWords.millis(Math.abs(apart)), apart > 0 ? "longer" : "less");
        return about
                + end
                + time
                + "%s asked by both, %s by this one only, %s by the other only."
                        .formatted(
                                Say.count(both, "peer was", "peers were"),
                                Say.number(a.size() - both),
                                Say.number(b.size() - both));
    }

    private static List<Row> rows(LookupRecord a, LookupRecord b) {
        List<Row> rows = new ArrayList<>();
        rows.add(row(
                "Began, UTC",
                Say.clock(a.startedAtMillis(), b.startedAtMillis()),
                Say.clock(b.startedAtMillis(), a.startedAtMillis())));
        rows.add(row("For", TraceWords.operation(a.operation()), TraceWords.operation(b.operation())));
        rows.add(row("Result", TraceWords.outcome(a.outcome()), TraceWords.outcome(b.outcome())));
        rows.add(row("Took", TraceWords.millis(a.tookNanos()), TraceWords.millis(b.tookNanos())));
        rows.add(row("Deadline", TraceWords.millis(a.deadlineNanos()), TraceWords.millis(b.deadlineNanos())));
        rows.add(row("First record after", firstRecord(a), firstRecord(b)));
        rows.add(row("Hops", String.valueOf(a.hops()), String.valueOf(b.hops())));
        rows.add(row("Legs", Say.number(a.messages()), Say.number(b.messages())));
        rows.add(row("Useful", Say.number(useful(a)), Say.number(useful(b))));
        for (LegRecord.Outcome outcome : LegRecord.Outcome.values()) {
            long here = ended(a, outcome);
            long there = ended(b, outcome);
            if (here + there > 0) {
                rows.add(row("Legs: " + TraceWords.end(outcome), Say.number(here), Say.number(there)));
            }
        }
        rows.add(row("Hedges", Say.number(a.hedges()), Say.number(b.hedges())));
        rows.add(row("Peers known at the end", Say.number(a.known()), Say.number(b.known())));
        return rows;
    }

    private static Row row(String figure, String here, String there) {
        return new Row(figure, here, there, !here.equals(there));
    }

    private static long useful(LookupRecord lookup) {
        return lookup.legs().stream().filter(TraceWords::useful).count();
    }

    private static long ended(LookupRecord lookup, LegRecord.Outcome outcome) {
        return lookup.legs().stream().filter(l -> l.outcome() == outcome).count();
    }

    private static String firstRecord(LookupRecord lookup) {
        return lookup.legs().stream()
                .filter(l -> l.outcome() == LegRecord.Outcome.FOUND)
                .map(LegRecord::endedNanos)
                .min(Long::compare)
                .map(TraceWords::millis)
                .orElse("none");
    }

    private static List<Peer> peers(Map<NodeId, LegRecord> a, Map<NodeId, LegRecord> b, Links links) {
        List<Peer> peers = new ArrayList<>();
        a.forEach((id, leg) -> {
            Optional<LegRecord> other = Optional.ofNullable(b.get(id));
            if (other.map(o -> o.outcome() != leg.outcome()).orElse(true)) {
                peers.add(peer(
                        leg,
                        TraceWords.outcome(leg),
                        other.map(TraceWords::outcome).orElse(""),
                        links));
            }
        });
        b.forEach((id, leg) -> {
            if (!a.containsKey(id)) {
                peers.add(peer(leg, "", TraceWords.outcome(leg), links));
            }
        });
        return peers;
    }

    private static Peer peer(LegRecord leg, String here, String there, Links links) {
        String id = leg.peer().text();
        return new Peer(id.substring(3, 11), id, links.peer(leg.peer()), leg.address(), here, there);
    }
}
