package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.svcdht.console.view.FakeNode;
import io.svcdht.node.http.Access;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Walks the console of a made-up node: every link leads somewhere, no page is too large, no browser complains. */
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
            "config",
            "audit",
            "nothing");

    @TempDir
    Path temp;

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
                        if (link.startsWith("#") || link.endsWith("/withdraw")) {
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
            assertThat(kinds).containsKeys("", "buckets/*", "journal/*", "peers/*", "providers/*", "audit", "config");
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

    @Test
    void browser_has_nothing_to_complain_about() throws Exception {
        String chromium = chromium();
        if (chromium.isEmpty()) {
            assertThat(System.getenv("CI")).as("CI without chromium").isNotEqualTo("true");
            assumeTrue(false, "no chromium here: pages are not walked with a browser");
        }
        try (Served console = new Served(new FakeNode().filled())) {
            for (String page : List.of("", "journal?vs=seq:1&at=seq:20", "providers", "nothing")) {
                String log = browse(chromium, console.base() + page);
                assertThat(log.lines().filter(l -> l.contains("CONSOLE")).filter(l -> !l.contains("404")))
                        .as(page)
                        .isEmpty();
            }
            Path dom = temp.resolve("dom");
            assertThat(Files.readString(dom)).as("the script ran").contains("aria-pressed=\"false\">Pause");
        }
    }

    private static String chromium() {
        for (String dir : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
                Path file = Path.of(dir, name);
                if (Files.isExecutable(file)) {
                    return file.toString();
                }
            }
        }
        return "";
    }

    /** What the browser logged; the page as it made it is in {@code dom}. */
    private String browse(String chromium, String url) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--enable-logging=stderr",
                "--user-data-dir=" + temp.resolve("profile"),
                "--dump-dom",
                url));
        Path log = temp.resolve("log");
        Process p = new ProcessBuilder(command)
                .redirectError(log.toFile())
                .redirectOutput(temp.resolve("dom").toFile())
                .start();
        try {
            assertThat(p.waitFor(120, TimeUnit.SECONDS)).as("the browser ended").isTrue();
        } finally {
            p.descendants().forEach(ProcessHandle::destroyForcibly);
            p.destroyForcibly();
        }
        return Files.readString(log);
    }
}
