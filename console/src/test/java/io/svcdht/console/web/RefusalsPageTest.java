package io.svcdht.console.web;

import static io.svcdht.console.view.FakeNode.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNode;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.recent.Refusals;
import io.svcdht.node.recent.Refusals.Way;
import io.svcdht.node.recent.Refusals.What;
import io.svcdht.node.recent.Sample;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who was refused, where an operator looks: on a page of its own, and on that of the peer. */
class RefusalsPageTest {
    private static final String PEER = "n3:" + "5a".repeat(32);
    private static final String PUBLISHER = "n3:" + "6b".repeat(32);
    private static final String CID = "b3:" + "7c".repeat(32);

    private final Refusals refusals = new Refusals();

    private Served served() throws Exception {
        Recent recent = new Recent(refusals);
        recent.add(new Sample(NOW, 5, Map.of(), Map.of()));
        return new Served(new FakeNode().filled().recent(recent));
    }

    @Test
    void each_row_says_who_what_why_and_how_often_and_leads_to_them() throws Exception {
        for (int i = 0; i < 3; i++) {
            refusals.note(
                    Way.HERE,
                    PEER,
                    "bad_signature",
                    () -> new What("no Ed25519 signature over it", CID, PUBLISHER),
                    System.nanoTime());
        }
        refusals.note(Way.HERE, "192.0.2.7", "quota_calls", () -> new What("more calls"), System.nanoTime());
        refusals.note(Way.THERE, PEER, "bad_signature", () -> new What("pq_require_on has passed"), System.nanoTime());
        try (Served console = served()) {
            String all = console.page("refusals");
            assertThat(all)
                    .contains("4 refused here, 0 answers not believed, 1 record of ours refused by peers")
                    .contains("bad signature 4, quota calls 1")
                    .contains("no Ed25519 signature over it", "192.0.2.7", "pq_require_on has passed")
                    .contains("href=\"./peers/" + PEER + "\"", "href=\"./peers/" + PUBLISHER + "\"")
                    .contains("href=\"./providers/" + CID + "\"")
                    .doesNotContain(" style=");
            assertThat(console.page("refusals?way=there"))
                    .contains("pq_require_on has passed")
                    .doesNotContain("192.0.2.7", "no Ed25519 signature over it");
            assertThat(console.get("refusals?way=nowhere").statusCode()).isEqualTo(400);

            assertThat(console.page("peers/" + PEER)).contains("Refusals since the start", "pq_require_on has passed");
            assertThat(console.page("peers/" + PUBLISHER))
                    .as("whose record it was")
                    .contains("Refusals since the start", "no Ed25519 signature over it")
                    .doesNotContain("pq_require_on has passed");
            assertThat(console.page("peers/n3:" + "8d".repeat(32))).doesNotContain("Refusals since the start");
        }
    }

    @Test
    void script_in_what_a_peer_answers_is_text() throws Exception {
        refusals.note(
                Way.THERE,
                PEER,
                "bad_signature",
                () -> new What("<script>alert(1)</script>\"><img src=x onerror=alert(2)>"),
                System.nanoTime());
        try (Served console = served()) {
            assertThat(console.page("refusals"))
                    .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                    .doesNotContain("<script>alert", "<img");
        }
    }

    @Test
    void nobody_refused_is_said() throws Exception {
        try (Served console = served()) {
            assertThat(console.page("refusals")).contains("Nobody was refused.");
        }
        try (Served console = new Served(new FakeNode().filled())) {
            assertThat(console.page("refusals"))
                    .as("of a node that takes no samples")
                    .contains("Nobody was refused.");
        }
    }
}
