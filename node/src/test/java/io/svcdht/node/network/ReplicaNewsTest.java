package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.Network.Handed;
import io.svcdht.node.engine.Input.Replicated;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Word;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaNewsTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final long TICKET = 17;

    private final ReplicaNews news = new ReplicaNews(new JournalBudget(64 * 50, 0));

    private static Word word(int n) {
        return new Word.Announced(new ProviderRecord(
                ContentId.of(new Key(n, 0, 0, 0)), new NodeId(new Key(1, 2, 3, 4)), "", List.of(), 600, T0));
    }

    private List<Replicated.Reached> told() {
        List<Replicated.Reached> all = new ArrayList<>();
        news.tell(r -> all.addAll(r.words()));
        return all;
    }

    @Test
    void what_is_renewed_is_told_only_when_the_number_of_its_holders_changed() {
        news.published(TICKET, word(1), 8, null, 0);
        news.published(PeeringInput.NOBODY_WAITS, word(1), 8, new Handed(8, T0, 0), 0);
        news.published(PeeringInput.NOBODY_WAITS, word(1), 7, new Handed(8, T0, 0), 0);
        news.published(TICKET, word(1), 7, new Handed(7, T0, 0), 0);
        news.published(TICKET, word(1), 0, new Handed(7, T0, 0), 0);
        news.published(TICKET, new Word.Withdrawn(ContentId.of(new Key(1, 0, 0, 0)), "", T0), 8, null, 0);

        assertThat(told()).extracting(Replicated.Reached::holders).containsExactly(8, 7, 7);
        assertThat(told()).as("once").isEmpty();
    }

    /** Two seconds' worth at once, and as much as the budget says from then on. */
    @Test
    void no_more_is_told_than_the_budget_of_peers_has_room_for() {
        for (int i = 0; i < 1_000; i++) {
            news.published(TICKET, word(i), 8, null, 0);
        }
        assertThat(told()).hasSize(100);
        for (int i = 0; i < 1_000; i++) {
            news.published(TICKET, word(i), 8, null, 1_000_000_000L);
        }
        assertThat(told()).hasSize(50);
    }
}
