package io.svcdht.console.web;

import static io.svcdht.console.view.FakeNode.NOW;
import static io.svcdht.console.view.FakeNode.cid;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNode;
import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.EventJsonReader;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.replay.Moments;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalPagesTest {
    @Test
    void past_moment_shows_what_was_known_then() throws Exception {
        FakeNode node = new FakeNode();
        node.announced(NOW - 5_000, cid(1), "local://one", 600);
        node.announced(NOW - 1_000, cid(2), "local://two", 600);
        try (Served console = new Served(node)) {
            assertThat(console.page("?at=seq:1"))
                    .contains("Viewing the past")
                    .contains("local://one")
                    .doesNotContain("local://two")
                    .contains("Return to live");
            String time = java.time.Instant.ofEpochMilli(NOW - 3_000).toString();
            assertThat(console.page("providers?at=" + time))
                    .contains("local://one")
                    .doesNotContain("local://two");
            assertThat(console.page("providers")).contains("local://two").doesNotContain("Viewing the past");
        }
    }

    @Test
    void comparison_names_what_changed_and_the_event_that_did_it() throws Exception {
        FakeNode node = new FakeNode();
        long first = node.announced(NOW - 9_000, cid(1), "local://gone", 1);
        long kept = node.announced(NOW - 8_000, cid(2), "local://kept", 600);
        long expired = node.happened(NOW - 7_000, first, new ProviderExpired(cid(1).key()));
        long renewed = node.happened(NOW - 6_000, kept, new ProviderRefreshed(cid(2).key(), 1200, NOW - 6_000));
        long added = node.announced(NOW - 5_000, cid(3), "local://new", 600);
        long config = node.happened(NOW - 4_000, 0, new ConfigChanged("ttl_secs", "600", "900", "SIGHUP"));
        try (Served console = new Served(node)) {
            String html = console.page("journal?vs=seq:2&at=seq:" + config);
            assertThat(html)
                    .contains("4 events in 4 s")
                    .contains("expired, ttl 1 s")
                    .contains("renewed, ttl 10 min to 20 min")
                    .contains("stored, ttl 10 min")
                    .contains("600 to 900, by SIGHUP");
            for (long position : new long[] {expired, renewed, added, config}) {
                assertThat(html).contains("href=\"./journal/%d?at=seq:%d\"".formatted(position, config));
            }
            assertThat(console.page("journal?vs=seq:2&at=seq:%d&kind=config".formatted(config)))
                    .contains("rows 1 to 1 of 1")
                    .doesNotContain("renewed, ttl");
        }
    }

    @Test
    void event_shows_cause_effect_and_its_bytes() throws Exception {
        FakeNode node = new FakeNode();
        long announced = node.announced(NOW - 9_000, cid(1), "local://a", 600);
        long renewed = node.happened(NOW - 6_000, announced, new ProviderRefreshed(cid(1).key(), 600, NOW - 6_000));
        long expired = node.happened(NOW - 1_000, renewed, new ProviderExpired(cid(1).key()));
        try (Served console = new Served(node)) {
            String html = console.page("journal/" + renewed);
            assertThat(html)
                    .contains("ProviderRefreshed")
                    .contains("href=\"../journal/" + announced + "\"")
                    .contains("href=\"../journal/" + expired + "\"")
                    .contains("&quot;type&quot;:&quot;ProviderRefreshed&quot;")
                    .contains("0000  0111")
                    .doesNotContain("Nothing follows from it");
            assertThat(console.page("journal/" + expired)).contains("Nothing follows from it so far.");
            assertThat(console.page("journal/" + announced)).contains("It follows from no other event");
        }
    }

    @Test
    void filtered_list_says_what_it_looked_at_and_pages_reach_every_event() throws Exception {
        FakeNode node = new FakeNode();
        for (int i = 0; i < 180; i++) {
            node.announced(NOW - 1_000 + i, cid(i), "local://" + i, 600);
        }
        node.happened(NOW, 0, new NodeStarted(node.id(), 1, "0.1.0"));
        try (Served console = new Served(node)) {
            assertThat(console.page("journal?type=NodeStarted"))
                    .contains("1 found; looked at positions 1 to 181 of 181")
                    .doesNotContain("Earlier events");
            String path = "journal?type=ProviderAnnounced";
            int seen = 0;
            for (int pages = 0; !path.isEmpty(); pages++) {
                assertThat(pages).isLessThan(5);
                String html = console.page(path);
                seen += (int) Served.links(html).stream()
                        .filter(l -> l.startsWith("./providers/b3:"))
                        .count();
                path = Served.next(html);
            }
            assertThat(seen).isEqualTo(180);
        }
    }

    @Test
    void export_up_to_a_moment_reads_back_as_the_same_events() throws Exception {
        FakeNode node = new FakeNode();
        for (int i = 0; i < 20; i++) {
            node.announced(NOW - 1_000 + i, cid(i), "local://" + i, 600);
        }
        try (Served console = new Served(node)) {
            HttpResponse<String> r = console.get("journal.ndjson?at=seq:15");
            assertThat(r.headers().firstValue("content-disposition"))
                    .hasValue("attachment; filename=\"journal.ndjson\"");
            List<String> lines = r.body().lines().toList();
            assertThat(lines).hasSize(15);
            for (int i = 0; i < lines.size(); i++) {
                assertThat(EventJson.line(EventJsonReader.parse(lines.get(i), i + 1)))
                        .isEqualTo(EventJson.line(Moments.entryAt(node.journal(), i + 1)));
            }
            assertThat(console.get("journal.ndjson?at=nonsense").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void impossible_moments_are_answered_in_words_on_a_page() throws Exception {
        FakeNode node = new FakeNode();
        for (int i = 0; i < 3_000; i++) {
            node.announced(NOW - 10_000 + i, cid(i % 50), "local://" + i, 600);
        }
        try (Served console = new Served(node)) {
            refused(console, "?at=seq:99999", 400, "Event 99,999 has not happened yet; the last is 3,000.");
            refused(console, "?at=2099-01-01T00:00:00Z", 400, "is in the future");
            refused(console, "?at=yesterday", 400, "is neither a position");
            refused(console, "providers?at=seq:1", 410, "This moment is no longer kept");
            refused(console, "journal?vs=seq:2990&at=seq:2985", 400, "Exchange them");
            refused(console, "journal?type=Nonsense", 400, "type is one of");
            refused(console, "journal?cid=" + "x".repeat(600), 400, "at most 512 are allowed");
            refused(console, "journal?peer=me", 400, "A node id is n3:");
            refused(console, "journal/0", 404, "The first event has position 1.");
            refused(console, "journal/7", 410, "the journal begins at position");
            refused(console, "journal/%3Cscript%3E", 404, "An event is named by its position");
            refused(console, "nowhere/at/all", 404, "There is no page at this address.");
            refused(console, "providers?after=zzz", 400, "no place where a page begins");
        }
        try (Served console = new Served(new FakeNode().amnesia())) {
            refused(console, "?at=seq:1", 409, "keeps no past");
        }
    }

    private static void refused(Served console, String path, int status, String words) throws Exception {
        HttpResponse<String> r = console.get(path);
        assertThat(r.statusCode()).as(path).isEqualTo(status);
        assertThat(r.body()).as(path).contains(words).contains("class=\"side\"").doesNotContain("<script>");
        assertThat(r.headers().firstValue("content-security-policy")).isPresent();
    }

    @Test
    void find_box_leads_to_the_page_about_what_was_pasted() throws Exception {
        FakeNode node = new FakeNode();
        node.announced(cid(1), "a", 600);
        try (Served console = new Served(node)) {
            String key = cid(1).key().hex();
            leads(console, "b3:" + key, "./providers/b3:" + key);
            leads(console, key, "./providers/b3:" + key);
            leads(console, "1,234", "./journal/1234");
            leads(console, "seq:12", "./journal/12");
            leads(console, node.id().text(), "./peers/" + node.id().text());
            leads(console, "2025-11-24T15:00:00Z", "./journal?at=2025-11-24T15:00:00Z");
            leads(console, "", "./");
            assertThat(console.get("find?q=b3%3Ashort")
                            .headers()
                            .firstValue("location")
                            .orElseThrow())
                    .startsWith("./providers/b3:");
        }
        try (Served console = new Served(new FakeNode().strictIds())) {
            HttpResponse<String> r = console.get("find?q=%3Cscript%3Ealert(1)%3C/script%3E");
            assertThat(r.statusCode()).isEqualTo(400);
            assertThat(r.body()).contains("nothing to find here").doesNotContain("<script>alert");
        }
    }

    private static void leads(Served console, String q, String where) throws Exception {
        HttpResponse<String> r =
                console.get("find?q=" + java.net.URLEncoder.encode(q, java.nio.charset.StandardCharsets.UTF_8));
        assertThat(r.statusCode()).isEqualTo(303);
        assertThat(r.headers().firstValue("location")).hasValue(where);
    }
}
