package io.svcdht.console.web;

import static io.svcdht.console.view.FakeNode.NOW;
import static io.svcdht.console.view.FakeNode.cid;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNode;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.model.ContentId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProviderPagesTest {
    private static final Pattern ROW = Pattern.compile("<td class=\"m\"><a href=\"[^\"]*/providers/(b3:[0-9a-f]{64})");

    @Test
    void pages_by_expiry_show_every_record_once() throws Exception {
        FakeNode node = new FakeNode();
        for (int i = 0; i < 230; i++) {
            // Many end at the same instant: the place where a page ends lies among them.
            node.announced(cid(i), "local://x", 600 + i / 100);
        }
        try (Served console = new Served(node)) {
            assertThat(all(console, "providers")).hasSize(230);
            assertThat(all(console, "providers?sort=cid")).hasSize(230);
            assertThat(all(console, "providers?node=self")).hasSize(230);
            assertThat(all(console, "providers?expires_before=10m")).isEmpty();
            assertThat(all(console, "providers?expires_before=601s")).hasSize(100);
        }
    }

    private static Set<String> all(Served console, String from) throws Exception {
        Set<String> seen = new HashSet<>();
        String path = from;
        while (!path.isEmpty()) {
            String html = console.page(path);
            List<String> rows = ROW.matcher(html).results().map(m -> m.group(1)).toList();
            assertThat(rows.stream().filter(seen::contains)).as("shown twice").isEmpty();
            seen.addAll(rows);
            path = Served.next(html);
        }
        return seen;
    }

    @Test
    void content_page_shows_the_life_of_a_record() throws Exception {
        FakeNode node = new FakeNode();
        long stored = node.announced(NOW - 60_000, cid(1), "local://shelf", 600);
        long renewed = node.happened(NOW - 30_000, stored, new ProviderRefreshed(cid(1).key(), 600, NOW - 30_000));
        node.happened(NOW - 10_000, renewed, new ProviderWithdrawn(cid(1).key(), NOW - 10_000, NOW + 900_000));
        try (Served console = new Served(node)) {
            String path = "providers/" + ContentId.canonical(cid(1).key());
            assertThat(console.page(path))
                    .contains("0 providers, 1 withdrawn")
                    .contains("stored at")
                    .contains("renewed at")
                    .contains("withdrawn at")
                    .contains("withdrawn, forgotten in 15 min")
                    .contains("3 events");
            assertThat(console.page(path + "?at=seq:2")).contains("1 provider<").doesNotContain("withdrawn at");
            assertThat(console.page("providers/" + ContentId.canonical(cid(77).key())))
                    .contains("Nobody has it, as far as this node knows.");
        }
    }

    @Test
    void exports_hold_everything_and_no_formula() throws Exception {
        FakeNode node = new FakeNode();
        for (int i = 0; i < 400; i++) {
            node.announced(cid(i), i == 7 ? "=cmd|' /C calc'!A0,\"x\"" : "local://x", 600);
        }
        try (Served console = new Served(node)) {
            List<String> csv = console.page("providers.csv").lines().toList();
            assertThat(csv).hasSize(401);
            assertThat(csv.getFirst()).startsWith("cid,key,publisher,locator");
            assertThat(csv).anyMatch(l -> l.contains("\"'=cmd|' /C calc'!A0,\"\"x\"\"\""));
            assertThat(console.page("providers.ndjson?node=self").lines()).hasSize(400);
        }
    }

    @Test
    void texts_of_strangers_stay_texts_on_every_page() throws Exception {
        String hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'${7*7}[[${8*8}]]__${9*9}__\u202Egpj";
        FakeNode node = new FakeNode();
        ContentId cid = new ContentId(hostile, cid(1).key());
        long p = node.announced(cid, hostile, 600);
        try (Served console = new Served(node)) {
            String canonical = ContentId.canonical(cid(1).key());
            for (String path : List.of(
                    "",
                    "journal",
                    "journal/" + p,
                    "journal?vs=seq:0&at=seq:1",
                    "providers",
                    "providers/" + canonical,
                    "providers?node=%22%3E%3Cscript%3Ealert(3)%3C/script%3E",
                    "?x=%22%3E%3Cscript%3Ealert(3)%3C/script%3E")) {
                assertThat(console.page(path))
                        .as(path)
                        .doesNotContain("<script>alert")
                        .doesNotContain("<img")
                        .doesNotContain("'49")
                        .doesNotContain("[[64]]")
                        .doesNotContain("__81__");
            }
        }
    }
}
