package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNetwork;
import io.svcdht.console.view.FakeNode;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.http.Access;
import io.svcdht.storage.trace.TraceLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every page in Chromium, light and dark, with and without script: nothing to complain about, nobody shut out. */
class BrowserWalkTest {
    @TempDir
    static Path temp;

    private static Browser browser;
    private static Served console;
    private static String cid;
    private static String peer;
    private static String lookup;

    @BeforeAll
    static void open() throws IOException {
        browser = Browser.startOrSkip(temp.resolve("profile"));
        FakeNode node = DemoNode.make();
        lookup = node.traces()
                .page(TraceLog.Filter.ALL, 1)
                .lookups()
                .getFirst()
                .id()
                .toString();
        cid = node.providers().byExpiry(0, -1, 1).getFirst().record().cid().text();
        peer = node.routing().contacts().getFirst().contact().id().text();
        console = new Served(node.network(new FakeNetwork().ways(PeersPageTest.ways(true))));
    }

    @AfterAll
    static void close() {
        if (console != null) {
            console.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    /** Each page of the table of pages, and what else one can come to, with the status it should have. */
    private static Map<String, Integer> places() {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (PageRoute page : PageRoute.ALL) {
            places.put(
                    page.path()
                            .substring(1)
                            .replace(":position", "6000")
                            .replace("lookups/:id", "lookups/" + lookup)
                            .replace("peers/:id", "peers/" + peer)
                            .replace(":cid", cid)
                            .replace(":bucket", "1")
                            .replace(":key", "log_level"),
                    200);
        }
        places.put("?at=seq:6000", 200);
        places.put("buckets?at=seq:6000", 200);
        places.put("providers?at=seq:6000", 200);
        places.put("journal?vs=seq:6000&at=seq:6400", 200);
        places.put("lookups?outcome=converged", 200);
        places.put("lookups?at=seq:6000", 200);
        places.put("nothing", 404);
        places.put("journal?vs=seq:6400&at=seq:6000", 400);
        return places;
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,true", "false,false", "true,false"})
    void nothing_to_complain_about(boolean dark, boolean script) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        try (Tab tab = browser.open(new Tab.Look(dark, script, 1280))) {
            places().forEach((place, status) -> {
                List<String> wrong = wrong(tab, place, status, dark, script);
                if (!wrong.isEmpty()) {
                    found.put(place.isEmpty() ? "overview" : place, wrong);
                }
            });
        }
        assertThat(found).isEmpty();
    }

    /** What shuts readers out is in the page or added by script, and its colours are the theme's: two passes see it all. */
    private static List<String> hindrances(Tab tab, boolean dark, boolean script) {
        return dark == script ? List.of() : tab.hindrances();
    }

    private static List<String> wrong(Tab tab, String place, int status, boolean dark, boolean script) {
        String url = console.base() + place;
        tab.go(url);
        assertThat(tab.text("h1")).as(url).isNotEmpty();
        assertThat(tab.eval("performance.getEntriesByType('navigation')[0].responseStatus")
                        .asInt())
                .as(url)
                .isEqualTo(status);
        // What was asked for is what is looked at: the reader's theme, and script that ran or did not.
        assertThat(tab.eval("getComputedStyle(document.body).backgroundColor").asText())
                .isEqualTo(dark ? "rgb(14, 18, 20)" : "rgb(244, 245, 246)");
        assertThat(tab.eval("[...document.querySelectorAll('#pause')].every(b => b.hidden !== %s)".formatted(script))
                        .asBoolean())
                .as("script %s: %s", script, url)
                .isTrue();
        List<String> wrong = new ArrayList<>(hindrances(tab, dark, script));
        for (String c : tab.complaints()) {
            // The browser complains of a page's own status as well, which is as it should be.
            if (status == 200 || !c.startsWith("network:") || !c.endsWith(url)) {
                wrong.add(c);
            }
        }
        tab.eval("[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href'))"
                        + ".filter(h => !document.getElementById(h.slice(1)))")
                .forEach(h -> wrong.add("leads nowhere: " + h.asText()));
        return wrong;
    }

    /** The door, which a stranger sees. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void sign_in_has_nothing_to_complain_about(boolean dark) throws Exception {
        Path tokens = Files.writeString(temp.resolve("tokens-" + dark), TokenFile.line(Role.ADMIN, "secret"));
        TokenFile file =
                TokenFile.read(Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------")));
        try (Served guarded = new Served(new FakeNode().filled(), "/console", new Access.Tokens(() -> file));
                Tab tab = browser.open(new Tab.Look(dark, true, 1280))) {
            tab.go(guarded.base());
            assertThat(tab.hindrances()).isEmpty();
            assertThat(tab.complaints()).allMatch(c -> c.startsWith("network:") && c.contains("401"));
            tab.eval("document.querySelector('input[name=token]').value = 'secret'");
            tab.awaitLoad(() -> tab.eval("document.querySelector('main form button, form button').click()"));
            assertThat(tab.text("h1")).isEqualTo("Overview");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** By the links a reader without script follows; each moment played is a page of its own, with its address. */
    @Test
    void the_past_plays_forward_and_backward() {
        try (Tab tab = browser.open(new Tab.Look(false, true, 1280))) {
            tab.go(console.base() + "?at=seq:6000");
            String records = tab.text("dl.stats dd .v");
            String at = "Number(document.querySelector('.moment b').innerText.replace(',', ''))";
            String pressed = "document.querySelector('[data-play=%s]').ariaPressed === '%s'";
            tab.eval("document.querySelector('[data-play=forth]').click()");
            tab.until(at + " >= 6003 && location.search.endsWith('seq:' + %s)".formatted(at));
            tab.eval("document.querySelector('[data-play=forth]').click()");
            tab.until(pressed.formatted("forth", "false"));
            tab.eval("document.querySelector('[data-play=back]').click()");
            tab.until(at + " <= 6000 && location.search.endsWith('seq:' + %s)".formatted(at));
            // Space ends it, and begins it anew.
            tab.press(" ");
            tab.until(pressed.formatted("back", "false"));
            tab.press(" ");
            tab.until(pressed.formatted("forth", "true"));
            tab.press(" ");
            tab.until(pressed.formatted("forth", "false"));
            tab.go(console.base() + "?at=seq:6000");
            assertThat(tab.text("dl.stats dd .v")).isEqualTo(records);
            assertThat(tab.hindrances()).isEmpty();
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** What would be found on a page that has something wrong: a walk that sees nothing proves nothing. */
    @Test
    void a_page_with_faults_is_found_out() {
        try (Tab tab = browser.open(new Tab.Look(false, true, 1280))) {
            tab.go(console.base());
            tab.complaints();
            tab.eval("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=nowhere.png><b>pale</b>');"
                    + "document.querySelector('h1 + img + b').style.color = '#ccc'");
            tab.eval("document.querySelector('main').appendChild(Object.assign(document.createElement('script'),"
                    + "{textContent: 'document.title = 1'})); 0");
            tab.eval("setTimeout(() => { throw new Error('thrown'); }); new Promise(r => setTimeout(r, 1))");
            tab.until("document.querySelector('img').complete");
            assertThat(tab.hindrances())
                    .anyMatch(h -> h.startsWith("image-alt"))
                    .anyMatch(h -> h.startsWith("color-contrast"));
            assertThat(tab.complaints())
                    .anyMatch(c -> c.contains("Content Security Policy"))
                    .anyMatch(c -> c.contains("nowhere.png"))
                    .anyMatch(c -> c.contains("thrown"));
        }
    }
}
