package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.http.Access;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Walks the console of a made-up node: every link leads somewhere, no page is too large. */
class WalkTest {
    private static final int PAGE_BYTES_GZIPPED_MAX = 60_000;
    private static final int SCRIPT_BYTES_GZIPPED_MAX = 45_000;
    /** Of each kind of page so many are walked to: all links of a table lead to the same kind. */
    private static final int EACH_KIND_MAX = 6;

    private static final List<String> PAGES = List.of(
            "",
            "?at=seq:6000",
            "buckets",
            "buckets/0",
            "providers",
            "journal",
            "journal?vs=seq:6000&at=seq:6400",
            "journal/6000",
            "lookups",
            "config",
            "audit",
            "refusals",
            "peers",
            "discovery",
            "nothing");

    private static boolean isDeed(String link) {
        return Deed.ALL.stream()
                .anyMatch(d -> link.endsWith(d.path().substring(d.path().lastIndexOf('/'))));
    }

    @Test
    void every_link_leads_to_a_page_below_any_prefix() throws Exception {
        try (Served console = new Served(DemoNode.make(), "/far/away/console", new Access.Open())) {
            URI base = URI.create(console.base());
            Set<String> seen = new LinkedHashSet<>();
            Map<String, Integer> kinds = new TreeMap<>();
            ArrayDeque<String> open = new ArrayDeque<>(PAGES.subList(0, PAGES.size() - 1));
            while (!open.isEmpty()) {
                String path = open.poll();
                if (!seen.add(path) || kinds.merge(kind(path), 1, Integer::sum) > EACH_KIND_MAX) {
                    continue;
                }
                HttpResponse<String> r = console.get(path);
                assertThat(r.statusCode()).as("%s: %s", path, r.body()).isIn(200, 303);
                if (r.headers().firstValue("content-type").orElse("").startsWith("text/html")) {
                    assertThat(Served.gzipped(r.body())).as(path).isLessThan(PAGE_BYTES_GZIPPED_MAX);
                    assertThat(r.body()).as(path).startsWith("<!doctype html>").doesNotContain(" style=");
                    for (String link : Served.links(r.body())) {
                        if (link.startsWith("#") || isDeed(link)) {
                            // A place on the page, and a form that is sent.
                            continue;
                        }
                        assertThat(link).as("on " + path).startsWith(".");
                        URI to = base.resolve(path).resolve(link);
                        if (to.getPath().startsWith(base.getPath())) {
                            open.add(to.toString().substring(base.toString().length()));
                        }
                    }
                }
            }
            assertThat(kinds)
                    .containsKeys(
                            "", "buckets/*", "journal/*", "lookups/*", "peers/*", "providers/*", "audit", "config");
        }
    }

    /** The page's path without its variable and its query. */
    private static String kind(String path) {
        String plain = path.replaceFirst("\\?.*", "");
        return plain.replaceFirst("/[^/]+$", "/*");
    }

    @Test
    void script_is_small() throws Exception {
        byte[] script = WalkTest.class.getResourceAsStream("console.js").readAllBytes();
        assertThat(Served.gzipped(new String(script, StandardCharsets.UTF_8))).isLessThan(SCRIPT_BYTES_GZIPPED_MAX);
    }
}
