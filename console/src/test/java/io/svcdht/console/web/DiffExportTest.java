package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.console.view.FakeNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a comparison shows, as a file. */
class DiffExportTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void every_difference_is_in_the_file_once() throws Exception {
        FakeNode node = DemoNode.make();
        try (Served console = new Served(node)) {
            JsonNode diff = MAPPER.readTree(console.page("diff.json?vs=seq:6000&at=seq:6400"));
            List<Long> expected = new ArrayList<>();
            node.history().diff(6000, 6400).changes().forEach(c -> expected.add(c.causedBy()));
            List<Long> shown = new ArrayList<>();
            diff.get("changes").forEach(c -> shown.add(c.get("caused_by").asLong()));
            assertThat(shown).isNotEmpty().containsExactlyElementsOf(expected);
            assertThat(diff.get("from").asLong()).isEqualTo(6000);
            assertThat(diff.get("to").asLong()).isEqualTo(6400);
            assertThat(diff.get("contacts")).isNotEmpty();
            assertThat(console.page("journal?vs=seq:6000&at=seq:6400"))
                    .contains("href=\"./diff.json?vs=seq:6000&amp;at=seq:6400\"");
            JsonNode none = MAPPER.readTree(console.page("diff.json?vs=seq:6000&at=seq:6000"));
            assertThat(none.get("changes")).isEmpty();
            assertThat(none.has("contacts")).isFalse();
            for (String bad : List.of("diff.json", "diff.json?vs=seq:6400&at=seq:6000", "diff.json?vs=%3Cb%3E")) {
                assertThat(console.get(bad).statusCode()).as(bad).isEqualTo(400);
                assertThat(console.get(bad).body()).contains("<!doctype html>").doesNotContain("<b>\"");
            }
        }
    }
}
