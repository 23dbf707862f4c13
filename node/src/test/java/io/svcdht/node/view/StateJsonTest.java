package io.svcdht.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateJsonTest {
    private static final NodeId NODE = new NodeId(new Key(9, 9, 9, 9));

    private final MemoryJournal journal = new MemoryJournal();

    @Test
    void a_state_lists_its_records_in_order() throws Exception {
        announce(3, "b", 600);
        announce(1, "z", 600);
        announce(3, "a", 600);
        JsonNode json = json(g -> StateJson.writeAll(g, state(), state().digest()));
        assertThat(json.get("position").asLong()).isEqualTo(3);
        assertThat(json.get("at").asText()).isEqualTo("1970-01-01T00:00:03.000Z");
        assertThat(json.get("digest").asText())
                .isEqualTo("b3:" + state().digest().hex());
        assertThat(json.get("counts").toString()).isEqualTo("{\"records\":3,\"tombstones\":0,\"content_ids\":2}");
        assertThat(texts(json.get("records"), "locator")).containsExactly("z", "a", "b");
        assertThat(json.has("next")).isFalse();
    }

    @Test
    void pages_put_together_are_the_whole() throws Exception {
        for (int i = 1; i <= 25; i++) {
            announce(i * 31 % 26, "l", 600);
        }
        List<String> walked = new ArrayList<>();
        Key after = null;
        int pages = 0;
        do {
            Key from = after;
            JsonNode page = json(g -> StateJson.writePage(g, state(), state().digest(), from, 10));
            walked.addAll(texts(page.get("records"), "key"));
            after = page.has("next") ? Key.parseHex(page.get("next").asText().substring(3)) : null;
            pages++;
        } while (after != null);
        assertThat(pages).isEqualTo(3);
        assertThat(walked)
                .isEqualTo(texts(
                        json(g -> StateJson.writeAll(g, state(), state().digest()))
                                .get("records"),
                        "key"));
    }

    @Test
    void a_page_ends_where_its_records_weigh_enough() throws Exception {
        String large = "x".repeat(500);
        int ids = 1000;
        for (int i = 0; i < ids; i++) {
            long at = (i + 1) * 1000L;
            journal.append(
                    at,
                    0,
                    new DhtEvent.ProviderAnnounced(new ProviderRecord(
                            ContentId.of(key(i)), NODE, large, Collections.nCopies(16, large), 600, at)));
        }
        State state = state();
        int shown = 0;
        int pages = 0;
        for (Key after = null; shown < ids; pages++) {
            Key from = after;
            JsonNode page = json(g -> StateJson.writePage(g, state, state.digest(), from, 10_000));
            assertThat(page.toString().length()).isLessThan(4 << 20);
            assertThat(page.get("records").size()).isPositive();
            shown += page.get("records").size();
            after = key(shown - 1);
            assertThat(page.has("next")).isEqualTo(shown < ids);
        }
        assertThat(pages).isGreaterThan(3);

        StateDiff diff = StateDiff.between(journal, 0, ids, Replay.Budget.UNLIMITED);
        JsonNode page = json(g -> DiffJson.writePage(g, diff, 0, 10_000));
        assertThat(page.get("changes").size()).isBetween(1, ids / 2);
        assertThat(page.get("next").asInt()).isEqualTo(page.get("changes").size());
    }

    @Test
    void an_empty_state_has_no_instant() {
        assertThat(Json.text(
                        g -> StateJson.writeAll(g, new State(new HeapStore()), new State(new HeapStore()).digest())))
                .startsWith("{\"position\":0,\"digest\":\"b3:")
                .endsWith("\"counts\":{\"records\":0,\"tombstones\":0,\"content_ids\":0},\"records\":[]}");
    }

    @Test
    void a_diff_tells_added_removed_and_changed() throws Exception {
        long gone = announce(1, "gone", 600);
        long kept = announce(2, "kept", 600);
        long from = journal.lastPosition();
        journal.append(10_000, gone, new DhtEvent.ProviderExpired(key(1)));
        journal.append(11_000, kept, new DhtEvent.ProviderRefreshed(key(2), 900, 11_000));
        announce(3, "fresh", 600);
        StateDiff diff = StateDiff.between(journal, from, journal.lastPosition(), Replay.Budget.UNLIMITED);
        JsonNode changes = json(g -> DiffJson.write(g, diff)).get("changes");
        assertThat(texts(changes, "change")).containsExactly("removed", "changed", "added");
        assertThat(texts(changes, "caused_by")).containsExactly("3", "4", "5");
        assertThat(changes.get(0).has("after")).isFalse();
        assertThat(changes.get(1).get("before").get("ttl_secs").asInt()).isEqualTo(600);
        assertThat(changes.get(1).get("after").get("ttl_secs").asInt()).isEqualTo(900);
        assertThat(changes.get(2).has("before")).isFalse();

        JsonNode page = json(g -> DiffJson.writePage(g, diff, 1, 1));
        assertThat(texts(page.get("changes"), "change")).containsExactly("changed");
        assertThat(page.get("next").asInt()).isEqualTo(2);
    }

    private long announce(int id, String locator, int ttl) {
        long at = (journal.lastPosition() + 1) * 1000;
        return journal.append(
                at,
                0,
                new DhtEvent.ProviderAnnounced(
                        new ProviderRecord(ContentId.of(key(id)), NODE, locator, List.of(), ttl, at)));
    }

    private static Key key(int id) {
        return new Key(0, 0, 0, id);
    }

    private State state() {
        return Replay.toEnd(journal, Replay.Budget.UNLIMITED);
    }

    private static JsonNode json(Json.Body body) throws Exception {
        return new ObjectMapper().readTree(Json.text(body));
    }

    private static List<String> texts(JsonNode array, String field) {
        List<String> texts = new ArrayList<>();
        array.forEach(n -> texts.add(n.get(field).asText()));
        return texts;
    }
}
