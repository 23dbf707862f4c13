package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.console.view.FakeNode;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a comparison shows, as a file. */
class DiffExportTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void every_difference_is_in_the_file_once() throws Exception {
        FakeNode node = new FakeNode().filled();
        for (int i = 0; i < 3; i++) {
            NodeKeys keys = NodeKeys.classical(FakeNode.cid(100 + i).key());
            Contact contact = new Contact(keys, List.of(PeerAddress.parse("198.51.100.7:5302")), 0);
            node.happened(FakeNode.NOW, 0, new ContactAdded(contact, true));
        }
        node.happened(FakeNode.NOW, 1, new ProviderExpired(FakeNode.cid(0).key()));
        try (Served console = new Served(node)) {
            JsonNode diff = MAPPER.readTree(console.page("diff.json?vs=seq:20&at=seq:34"));
            List<Long> expected = new ArrayList<>();
            node.history().diff(20, 34).changes().forEach(c -> expected.add(c.causedBy()));
            List<Long> shown = new ArrayList<>();
            diff.get("changes").forEach(c -> shown.add(c.get("caused_by").asLong()));
            assertThat(shown).isNotEmpty().containsExactlyElementsOf(expected);
            assertThat(diff.get("from").asLong()).isEqualTo(20);
            assertThat(diff.get("to").asLong()).isEqualTo(34);
            assertThat(diff.get("contacts")).isNotEmpty();
            assertThat(console.page("journal?vs=seq:20&at=seq:34"))
                    .contains("href=\"./diff.json?vs=seq:20&amp;at=seq:34\"");
            JsonNode none = MAPPER.readTree(console.page("diff.json?vs=seq:20&at=seq:20"));
            assertThat(none.get("changes")).isEmpty();
            assertThat(none.has("contacts")).isFalse();
            for (String bad : List.of("diff.json", "diff.json?vs=seq:34&at=seq:20", "diff.json?vs=%3Cb%3E")) {
                assertThat(console.get(bad).statusCode()).as(bad).isEqualTo(400);
                assertThat(console.get(bad).body()).contains("<!doctype html>").doesNotContain("<b>\"");
            }
        }
    }
}
