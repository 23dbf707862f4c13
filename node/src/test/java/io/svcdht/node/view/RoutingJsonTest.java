package io.svcdht.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.StateDiff;
import io.svcdht.storage.state.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingJsonTest {
    private static final Contact ONE = new Contact(
            NodeKeys.of(new Key(0, 0, 0, 1), new Key(0, 0, 0, 2)), List.of(PeerAddress.parse("192.0.2.1:5302")), 7);
    private static final Contact OTHER =
            new Contact(NodeKeys.classical(new Key(0, 0, 0, 3)), List.of(PeerAddress.parse("[2001:db8::1]:5302")), 0);

    private final MemoryJournal journal = new MemoryJournal();

    private static JsonNode json(Json.Body body) throws Exception {
        return new ObjectMapper().readTree(Json.text(body));
    }

    @Test
    void a_state_shows_contacts_and_bans_on_its_first_page() throws Exception {
        journal.append(1, 0, new DhtEvent.ContactAdded(ONE, true));
        journal.append(2, 0, new DhtEvent.PeerBanned(Banned.parse("192.0.2.0/24"), "scanner"));
        State state = Replay.toEnd(journal, Replay.Budget.UNLIMITED);

        JsonNode first = json(g -> StateJson.writePage(g, state, state.digest(), null, 10));
        assertThat(first.get("contacts").toString())
                .isEqualTo("""
                        [{"bucket":%d,"node":"%s","ed25519":"%s1","ml_dsa_87_hash":"%s2","addrs":["192.0.2.1:5302"],\
                        "asn":7,"verified":true}]""".formatted(state.routing().bucketOf(ONE.id()), ONE.id(), "0".repeat(63), "0".repeat(63)));
        assertThat(first.get("bans").toString()).isEqualTo("[{\"banned\":\"192.0.2.0/24\",\"reason\":\"scanner\"}]");
        JsonNode next = json(g -> StateJson.writePage(g, state, state.digest(), new Key(0, 0, 0, 0), 10));
        assertThat(next.has("contacts")).isFalse();
        assertThat(next.has("bans")).isFalse();
    }

    @Test
    void a_diff_shows_who_came_and_went() throws Exception {
        journal.append(1, 0, new DhtEvent.ContactAdded(ONE, true));
        journal.append(2, 0, new DhtEvent.ContactReplaced(ONE.id(), EvictedFor.SILENCE, OTHER, false));
        journal.append(3, 0, new DhtEvent.PeerBanned(new Banned.Peer(ONE.id()), "it lies"));
        StateDiff diff = StateDiff.between(journal, 1, 3, Replay.Budget.UNLIMITED);

        JsonNode json = json(g -> DiffJson.write(g, diff));
        assertThat(json.get("changes").size()).isZero();
        for (JsonNode change : json.get("contacts")) {
            boolean gone = change.get("node").asText().equals(ONE.id().text());
            assertThat(change.get("change").asText()).isEqualTo(gone ? "removed" : "added");
            assertThat(change.has("before")).isEqualTo(gone);
            assertThat(change.has("after")).isEqualTo(!gone);
        }
        assertThat(json.get("contacts").size()).isEqualTo(2);
        assertThat(json.get("banned").get(0).get("banned").asText())
                .isEqualTo(ONE.id().text());
        assertThat(json.has("unbanned")).isFalse();
    }

    @Test
    void an_eviction_looks_as_documented() {
        assertThat(EventJson.line(new io.svcdht.storage.event.JournalEntry(
                        3, 1_000, 0, new DhtEvent.ContactEvicted(OTHER.id(), EvictedFor.SILENCE))))
                .isEqualTo("""
                        {"position":3,"at":"1970-01-01T00:00:01.000Z","type":"ContactEvicted","version":1,\
                        "node":"%s","why":"silence"}""".formatted(OTHER.id()));
    }
}
