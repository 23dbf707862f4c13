package io.svcdht.console.web;

import static io.svcdht.console.view.FakeNode.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.console.view.DemoSamples;
import io.svcdht.console.view.FakeNode;
import io.svcdht.node.recent.Figure;
import io.svcdht.node.recent.Recent;
import io.svcdht.node.recent.Sample;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Figures of the last minutes, on the metrics page and on the overview. */
class MetricsPageTest {
    private static final int PAGE_BYTES_GZIPPED_MAX = 60_000;
    private static final Pattern CURVE = Pattern.compile("<path d=\"(M[^\"]*)\" class=\"ln l\\d\"");

    @Test
    void every_picture_has_its_curves_and_the_same_as_a_table() throws Exception {
        try (Served console = new Served(new FakeNode().filled().recent(DemoSamples.before(NOW)))) {
            for (String last : new String[] {"", "?last=5m", "?last=1h"}) {
                String html = console.page("metrics" + last);
                assertThat(html)
                        .contains("Finds over the network", "Hops of lookups", "Queue of the engine", "Heap")
                        .contains("deadline 300 ms")
                        .doesNotContain("NaN")
                        .doesNotContain(" style=");
                assertThat(CURVE.matcher(html).results().count()).isGreaterThan(25);
                assertThat(Pattern.compile("The same as a table").matcher(html).results())
                        .hasSize(14);
                assertThat(Served.gzipped(html)).isLessThan(PAGE_BYTES_GZIPPED_MAX);
            }
            assertThat(console.get("metrics?last=2h").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void a_gap_in_the_samples_is_a_gap_in_the_line_and_a_rate_is_by_the_second() throws Exception {
        Recent recent = new Recent();
        for (int second : new int[] {890, 885, 880, 300, 5}) {
            recent.add(new Sample(NOW - second * 1000L, 5, Map.of(Figure.FINDS, 60.0), Map.of()));
        }
        try (Served console = new Served(new FakeNode().filled().recent(recent))) {
            String html = console.page("metrics");
            String finds = CURVE.matcher(html.substring(html.indexOf("m-http")))
                    .results()
                    .skip(1)
                    .findFirst()
                    .orElseThrow()
                    .group(1);
            assertThat(finds.chars().filter(c -> c == 'M').count())
                    .as("three stretches: " + finds)
                    .isEqualTo(3);
            assertThat(html).contains("5 samples in the last 15 min", "<b class=\"t\">12 /s</b>");
            assertThat(html).contains("No find asked other nodes in the last 15 min.");
        }
    }

    @Test
    void without_samples_the_pages_say_why_and_show_the_rest() throws Exception {
        try (Served console = new Served(new FakeNode().filled())) {
            assertThat(console.page("metrics")).contains("Nobody takes samples of this node.", "Provider records");
            assertThat(console.page("")).contains("nobody asked in 15 min", "no lookup left the node");
        }
        try (Served console = new Served(new FakeNode().filled().recent(new Recent()))) {
            assertThat(console.page("metrics")).contains("The first sample is taken five seconds after the start");
        }
    }

    @Test
    void what_is_beyond_its_gate_is_named() throws Exception {
        Recent recent = new Recent();
        recent.add(new Sample(
                NOW - 5_000, 5, Map.of(Figure.ASKED_FIND_VALUE, 40.0, Figure.ASKED_IN_VAIN, 30.0), Map.of()));
        try (Served console = new Served(new FakeNode().queueDepth(12_000).recent(recent))) {
            String html = console.page("metrics");
            assertThat(Pattern.compile("Look here").matcher(html).results()).hasSize(2);
            assertThat(html).contains("75 %", "12,000");
            JsonNode rules =
                    new ObjectMapper().readTree(console.page("overview.json")).get("rules");
            for (JsonNode rule : rules) {
                boolean expected = rule.get("id").asText().equals("queue")
                        || rule.get("id").asText().equals("vain");
                assertThat(rule.get("firing").asBoolean()).as(rule.toString()).isEqualTo(expected);
            }
        }
    }

    @Test
    void the_overview_has_seven_figures_and_their_lines_live_and_none_in_the_past() throws Exception {
        FakeNode node = new FakeNode().filled().recent(DemoSamples.before(NOW));
        try (Served console = new Served(node)) {
            String html = console.page("");
            assertThat(Pattern.compile("<div class=\"stat\"").matcher(html).results())
                    .hasSize(7);
            assertThat(Pattern.compile("class=\"spark\"").matcher(html).results())
                    .hasSize(7);
            assertThat(html).contains("Hedged lookups", "budget 6", "Nobody is known.", "href=\"./overview.json\"");
            String past = console.page("?at=seq:10");
            assertThat(past).doesNotContain("class=\"spark\"").contains("href=\"./overview.json?at=seq:10\"");
            JsonNode now = new ObjectMapper().readTree(console.page("overview.json?last=5m"));
            assertThat(now.get("records").asInt()).isEqualTo(30);
            assertThat(now.get("recent").get("samples").asInt()).isEqualTo(60);
            assertThat(now.get("recent").get("finds").asLong()).isPositive();
            assertThat(now.get("recent").get("hops").get("p50").asDouble()).isEqualTo(2);
            JsonNode then = new ObjectMapper().readTree(console.page("overview.json?at=seq:10"));
            assertThat(then.get("past").asBoolean()).isTrue();
            assertThat(then.get("records").asInt()).isEqualTo(10);
            assertThat(then.has("recent")).isFalse();
        }
    }
}
