package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNetwork;
import io.svcdht.console.view.FakeNode;
import io.svcdht.node.net.Ways;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** By which ways a node talks with whom, where an operator looks. */
class PeersPageTest {
    private static final NodeId ASKED = new NodeId(new Key(1, 2, 3, 4));
    private static final NodeId CALLER = new NodeId(new Key(2, 2, 3, 4));
    private static final NodeId STREAMED = new NodeId(new Key(3, 2, 3, 4));

    static Ways ways(boolean cookies) {
        return new Ways(
                Map.of(
                        ASKED,
                        new Ways.Peer(
                                Ways.Way.DATAGRAMS,
                                "X25519",
                                new Ways.Conversation(
                                        true, PeerAddress.parse("192.0.2.1:5302"), 125_000, 3_000, 1_234, 2, true),
                                0),
                        CALLER,
                        new Ways.Peer(
                                Ways.Way.STREAM,
                                null,
                                new Ways.Conversation(
                                        false, PeerAddress.parse("[2001:db8::1]:5302"), 9_000, 1_000, 7, 0, false),
                                0),
                        STREAMED,
                        new Ways.Peer(Ways.Way.STREAM, "X25519MLKEM768", null, 480_000)),
                new Ways.Datagrams(
                        41,
                        3,
                        5,
                        new Ways.Cookies(cookies, 12, 512),
                        new Ways.Counts(1_001, 1_002, 1_003, 1_004, 1_005, 1_006, 1_007, 1_008)));
    }

    private static Served served(Ways ways) throws Exception {
        return new Served(new FakeNode().filled().network(new FakeNetwork().ways(ways)));
    }

    @Test
    void each_row_says_what_carries_the_next_question_and_what_stands() throws Exception {
        try (Served console = served(ways(false))) {
            String page = console.page("peers");
            assertThat(page)
                    .contains("41 conversations in datagrams, peers with a stream: 2")
                    .contains("Calm: 12 of 512 a second before cookies are asked for")
                    .contains("1,001", "1,002", "1,003", "1,004", "1,005", "1,006", "1,007", "1,008")
                    .contains("href=\"./peers/" + ASKED.text() + "\"")
                    .contains("192.0.2.1:5302", "[2001:db8::1]:5302", "2 min 5 s", "this node", "the peer", "1,234")
                    .contains("no datagram came through: streams for 8 min", "X25519MLKEM768")
                    .contains("away from where it has shown that it receives")
                    .doesNotContain(" style=");
            assertThat(page.indexOf(CALLER.text()))
                    .as("the latest heard of first")
                    .isLessThan(page.indexOf(ASKED.text()));
            assertThat(page.indexOf(ASKED.text())).isLessThan(page.indexOf(STREAMED.text()));
        }
    }

    @Test
    void under_load_it_says_that_cookies_are_asked_for() throws Exception {
        try (Served console = served(ways(true))) {
            assertThat(console.page("peers"))
                    .contains("Cookies are asked for", "tag warn")
                    .doesNotContain("Calm");
        }
    }

    @Test
    void a_node_without_datagrams_says_so_and_one_without_a_network_has_no_peers() throws Exception {
        try (Served console = served(new Ways(Map.of(), null))) {
            assertThat(console.page("peers"))
                    .contains("This node has no socket for datagrams.", "Nothing stands to anybody at this moment.");
        }
        try (Served console = new Served(new FakeNode().filled())) {
            assertThat(console.page("peers"))
                    .contains("Nothing stands to anybody at this moment.")
                    .doesNotContain("no socket for datagrams");
        }
    }
}
