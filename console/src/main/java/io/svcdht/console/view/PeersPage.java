package io.svcdht.console.view;

import io.svcdht.node.net.Ways;
import io.svcdht.node.net.Ways.Conversation;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Routing;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * By which ways this node talks with whom: streams, conversations in datagrams, and what became of those. Of now, whatever
 * moment is looked at: none of it is part of the journal.
 *
 * @param sentence how many stand
 * @param connected whether this node talks to others at all
 * @param state whether cookies are asked for, empty = there is no socket for datagrams
 * @param tone class of that tag: ok or warn
 * @param counts of datagrams, since the start
 * @param note which peers are not shown
 */
public record PeersPage(
        Frame frame,
        String sentence,
        boolean connected,
        String state,
        String tone,
        List<Overview.Fact> counts,
        List<Row> rows,
        String note)
        implements Page {
    private static final int ROWS = 200;
    private static final int ASK_SECONDS = 2;
    private static final Comparator<Map.Entry<NodeId, Ways.Peer>> LATEST_FIRST = Comparator.comparingLong(
                    (Map.Entry<NodeId, Ways.Peer> e) -> heard(e.getValue()))
            .thenComparing(e -> e.getKey().text());

    public PeersPage {
        counts = List.copyOf(counts);
        rows = List.copyOf(rows);
    }

    /**
     * One peer. What it has not is a dash.
     *
     * @param way what carries the next question
     * @param note what is out of the ordinary with it; empty = nothing
     */
    public record Row(
            String id,
            String title,
            String href,
            String address,
            String way,
            String age,
            String began,
            String rekeys,
            String sent,
            String heard,
            String stream,
            String note) {}

    public static PeersPage of(Visit visit) {
        Map<NodeId, Routing.Known> contacts = visit.node().routing().contacts().stream()
                .collect(Collectors.toMap(k -> k.contact().id(), k -> k, (a, b) -> a));
        Ways ways = ways(visit, contacts.keySet().stream().toList(), ROWS);
        List<Row> rows = ways.peers().entrySet().stream()
                .sorted(LATEST_FIRST)
                .limit(ROWS)
                .map(e -> row(e.getKey(), e.getValue(), contacts.get(e.getKey()), visit.links()))
                .toList();
        Ways.Datagrams d = ways.datagrams();
        return new PeersPage(
                Frame.plain(visit, "Peers"),
                sentence(ways),
                visit.node().network().isPresent(),
                d == null ? "" : cookies(d.cookies()),
                d != null && d.cookies().asked() ? "warn" : "ok",
                d == null ? List.of() : counts(d),
                rows,
                note(ways, rows.size()));
    }

    /** Asked of the network's own thread, which is never long away. */
    static Ways ways(Visit visit, List<NodeId> peers, int others) {
        return visit.node()
                .network()
                .map(n -> n.ways(peers, others)
                        .toCompletableFuture()
                        .completeOnTimeout(Ways.NONE, ASK_SECONDS, TimeUnit.SECONDS)
                        .join())
                .orElse(Ways.NONE);
    }

    private static long heard(Ways.Peer peer) {
        Conversation c = peer.conversation();
        return c == null ? Long.MAX_VALUE : c.heardMillisAgo();
    }

    private static String sentence(Ways ways) {
        long streams =
                ways.peers().values().stream().filter(p -> p.stream() != null).count();
        Ways.Datagrams d = ways.datagrams();
        return "%s in datagrams, peers with a stream: %s"
                .formatted(
                        Say.count(d == null ? 0 : d.conversations(), "conversation", "conversations"),
                        Say.number(streams));
    }

    private static String note(Ways ways, int shown) {
        String all = "Peers to whom nothing stands are asked in a first datagram, or over a new stream.";
        int more = ways.peers().size() - shown;
        return more > 0 ? all + " %s more talk with this node.".formatted(Say.number(more)) : all;
    }

    private static String cookies(Ways.Cookies cookies) {
        return cookies.asked()
                ? "Cookies are asked for"
                : "Calm: %s of %s a second before cookies are asked for"
                        .formatted(Say.number(cookies.initsThisSecond()), Say.number(cookies.initsCalm()));
    }

    private static List<Overview.Fact> counts(Ways.Datagrams d) {
        Ways.Counts n = d.counts();
        return List.of(
                fact("Begun here", n.begun()),
                fact("Begun by others", n.served()),
                fact("Cookies sent", n.cookiesSent()),
                fact("Cookies received", n.cookiesReceived()),
                fact("Not looked at", n.shed()),
                fact("Answers cut", n.cut()),
                fact("Fell back to streams", n.fallbacks()),
                fact("Junk", n.junk()),
                fact("Being begun now", d.begun()),
                fact("Not confirmed now", d.unconfirmed()));
    }

    private static Overview.Fact fact(String name, long n) {
        return new Overview.Fact(name, Say.number(n));
    }

    private static Row row(NodeId id, Ways.Peer peer, Routing.@Nullable Known known, Links links) {
        Conversation c = peer.conversation();
        String stream = peer.stream();
        return new Row(
                Say.id(id.text()),
                id.text(),
                links.peer(id),
                c != null
                        ? c.at().text()
                        : known != null ? known.contact().addr().text() : "–",
                way(peer),
                c == null ? "–" : Say.duration(c.ageMillis()),
                c == null ? "–" : c.ours() ? "this node" : "the peer",
                c == null ? "–" : Say.number(c.rekeys()),
                c == null ? "–" : Say.number(c.sent()),
                c == null ? "–" : Say.ago(c.heardMillisAgo()),
                stream == null ? "–" : stream,
                notes(peer));
    }

    private static String way(Ways.Peer peer) {
        return switch (peer.next()) {
            case DATAGRAMS -> "datagrams";
            case STREAM -> "stream";
        };
    }

    private static String notes(Ways.Peer peer) {
        if (peer.streamsMillisLeft() > 0) {
            return "no datagram came through: streams for " + Say.duration(peer.streamsMillisLeft());
        }
        Conversation c = peer.conversation();
        return c != null && !c.atHome() ? "away from where it has shown that it receives" : "";
    }

    /** How it is talked with, in a sentence for the page about one. */
    static String talk(Ways.Peer peer) {
        Conversation c = peer.conversation();
        String said = c == null
                ? "over a stream"
                : "in datagrams: keys of %s, begun by %s, renewed %s, %s sent, heard of %s%s"
                        .formatted(
                                Say.duration(c.ageMillis()),
                                c.ours() ? "this node" : "the peer",
                                Say.count(c.rekeys(), "time", "times"),
                                Say.number(c.sent()),
                                Say.ago(c.heardMillisAgo()),
                                peer.stream() == null ? "" : "; a stream stands, too");
        String notes = notes(peer);
        return notes.isEmpty() ? said : said + "; " + notes;
    }
}
