package io.svcdht.benchmarks.datagrams;

import io.svcdht.benchmarks.datagrams.Side.Member;
import io.svcdht.node.net.Reply;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * When the first question to a stranger was asked and answered, and the second.
 *
 * <p>Usage: {@code RoundTrips answer HOST PORT}, which prints its key and stays; {@code RoundTrips ask HOST HOST:PORT KEY
 * datagrams|streams COUNT}, each time as another node.
 */
public final class RoundTrips {
    private RoundTrips() {}

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        Side side = new Side(vertx);
        if (args[0].equals("answer")) {
            Member m = side.member(new InetSocketAddress(args[1], Integer.parseInt(args[2])), true);
            System.out.println(m.keys().ed25519().hex());
            TimeUnit.DAYS.sleep(1);
        }
        Contact peer = new Contact(NodeKeys.classical(Key.parseHex(args[3])), List.of(PeerAddress.parse(args[2])), 0);
        int count = Integer.parseInt(args[5]);
        // The first of all loads the classes.
        for (int i = -1; i < count; i++) {
            Member m = side.member(new InetSocketAddress(args[1], 0), args[4].equals("datagrams"));
            ask(m, peer, i < 0 ? "" : "stranger");
            ask(m, peer, i < 0 ? "" : "again");
        }
        side.close();
        var _ = vertx.close().await();
    }

    /** Prints from when to when, by the clock that all processes of this machine share. */
    private static void ask(Member m, Contact peer, String name) {
        Request ask = new Request.FindNode(Side.head(), new Key(1, 1, 1, 1));
        long began = System.nanoTime();
        Reply reply = m.ask(peer, ask).join();
        if (!(reply instanceof Reply.Answered)) {
            System.err.println("not answered: " + reply);
            System.exit(1);
        }
        if (!name.isEmpty()) {
            System.out.printf("%s %d %d%n", name, began, System.nanoTime());
        }
    }
}
