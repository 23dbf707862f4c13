package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.console.ServingNode;
import io.svcdht.console.cli.Terminal;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.storage.model.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the console is for: many records ran out at once, half an hour ago. Find out when and why, hand the link and the
 * journal to somebody else, who sees the same. Real nodes on real journals, read in Chromium.
 */
class StoryTest {
    private static final String TALLEST = """
            [...document.querySelectorAll('svg.chart a')]
              .map(a => [Number((/([\\d,]+) expired/.exec(a.textContent) || [0, '0'])[1].replaceAll(',', '')), a])
              .reduce((best, b) => b[0] > best[0] ? b : best, [0, null])""";
    private static final String ALL_EVENTS = "document.querySelector(`a[download][href*='journal.ndjson']`)";

    private static final int RELOADS_MAX = 100;

    @TempDir
    Path temp;

    @Test
    void a_burst_of_expiries_is_found_told_exported_and_seen_again() throws Exception {
        Path first = temp.resolve("first");
        Path second = temp.resolve("second");
        NodeId id = NodeIdentity.loadOrCreate(Files.createDirectories(temp.resolve("keys")))
                .id();
        Path history = temp.resolve("history.ndjson");
        Files.write(history, DemoNode.history(id, System.currentTimeMillis()));
        begin(first, history);
        String link;
        String told;
        Path export = temp.resolve("journal.ndjson");
        try (Browser browser = Browser.startOrSkip(temp.resolve("profile"));
                ServingNode node = start(first);
                Tab tab = browser.open(new Tab.Look(false, true, 1280))) {
            String console = base(node);
            findTheBurst(tab, console);
            String event = theEvent(tab);
            beforeAndAfter(tab, console, event);
            link = copiedLink(tab);
            assertThat(tab.url()).isEqualTo(link);
            told = changes(tab);
            Files.writeString(
                    export,
                    tab.eval("fetch(%s.href).then(r => r.text())".formatted(ALL_EVENTS))
                            .asText());
            assertThat(tab.complaints()).isEmpty();

            begin(second, export);
            try (ServingNode other = start(second)) {
                tab.go(link.replace(console, base(other)));
                assertThat(changes(tab)).isEqualTo(told);
                tab.go(base(other) + "journal/" + event);
                assertThat(tab.text("h1 + p")).isEqualTo("ProviderExpired");
                assertThat(tab.complaints()).isEmpty();
            }
        }
    }

    /** The highest bar of records that ran out, in the picture of the last hours; its link leads to its end. */
    private static void findTheBurst(Tab tab, String console) {
        tab.go(console);
        tab.press("g");
        tab.awaitLoad(() -> tab.press("j"));
        tab.awaitLoad(
                () -> tab.eval(
                        "[...document.querySelectorAll('[aria-label=\"Time shown\"] a')].find(a => a.innerText === '1h').click()"));
        // A page counts for as long as its time goes, and the next one goes on from there.
        for (int i = 0; i < RELOADS_MAX && !allCounted(tab); i++) {
            tab.awaitLoad(() -> tab.eval("location.reload()"));
        }
        JsonNode most = tab.eval(TALLEST + "[0]");
        assertThat(most.asInt()).as("ran out at once").isGreaterThanOrEqualTo(400);
        tab.awaitLoad(() -> tab.eval("location.href = %s[1].href.baseVal".formatted(TALLEST)));
        assertThat(tab.text(".moment .lab")).isEqualTo("Viewing the past");
    }

    private static boolean allCounted(Tab tab) {
        return !tab.text("main").contains("the time for counting was spent");
    }

    /** One of the events, by the list's filter; its page says what it follows from. */
    private static String theEvent(Tab tab) {
        tab.awaitLoad(() -> tab.eval("document.querySelector('select[name=type]').value = 'ProviderExpired';"
                + "document.querySelector('select[name=type]').form.requestSubmit()"));
        // The last of the page: the first ones may have run out after the burst.
        tab.click("section[aria-labelledby=list] tbody tr:last-child a[href*=\"journal/\"]");
        assertThat(tab.text("h1 + p")).isEqualTo("ProviderExpired");
        assertThat(tab.text("section[aria-labelledby=cause]")).contains("ProviderAnnounced", DemoNode.SILENT);
        return tab.eval("/journal\\/(\\d+)/.exec(location.pathname)[1]").asText();
    }

    /** The records of the moment before the burst and of the event, each page with its own link; then both compared. */
    private static void beforeAndAfter(Tab tab, String console, String event) {
        long position = Long.parseLong(event);
        int records = recordsAt(tab, console, position);
        assertThat(recordsAt(tab, console, position - 1)).isEqualTo(records + 1);
        // By keys: one event back and one on.
        tab.awaitLoad(() -> tab.press(","));
        assertThat(tab.url()).contains("at=seq:" + (position - 2));
        tab.awaitLoad(() -> tab.press("."));
        assertThat(tab.url()).contains("at=seq:" + (position - 1));
        tab.go("%sjournal?vs=seq:%d&at=seq:%d".formatted(console, position - 60, position));
        assertThat(changes(tab)).contains("/dns4/cache-7.example.ne", "expired, ttl 1 h 22 min");
    }

    private static int recordsAt(Tab tab, String console, long position) {
        tab.go(console + "?at=seq:" + position);
        return Integer.parseInt(tab.text("dl.stats dd .v").replaceAll("[^0-9]", ""));
    }

    private static String copiedLink(Tab tab) {
        tab.press("y");
        String copied = "";
        while (copied.isEmpty()) {
            copied = tab.eval("navigator.clipboard.readText()").asText();
        }
        return copied;
    }

    /** What the page says changed between the two moments, without how long it took to say it. */
    private static String changes(Tab tab) {
        return tab.text("section[aria-labelledby=changed]") + tab.text("section[aria-labelledby=diff]");
    }

    private void begin(Path directory, Path export) throws Exception {
        Terminal terminal = new Terminal();
        assertThat(terminal.run("journal", "import", "--data-dir", directory.toString(), export.toString()))
                .as(terminal.err())
                .isZero();
        Files.copy(temp.resolve("keys").resolve(NodeIdentity.FILE), directory.resolve(NodeIdentity.FILE));
    }

    private static ServingNode start(Path directory) throws Exception {
        Loaded settings = (Loaded) ConfigLoader.load(
                Flags.parse(List.of("--data-dir=" + directory, "--admin-bind=127.0.0.1:0", "--peer-bind=none")),
                Map.of());
        return ServingNode.start(settings);
    }

    private static String base(ServingNode node) {
        return "http://" + node.addresses().getFirst() + "/console/";
    }
}
