package io.svcdht.node.peering;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Heard;
import io.svcdht.node.kad.Missed;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.kad.TableRules;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactReplaced;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableJournalTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Peer A = SamplePeers.peer(0b1000_0000);
    private static final Peer B = SamplePeers.peer(0b1100_0000);

    private final RoutingTable table = new RoutingTable(SamplePeers.id(0), TableRules.standard());
    private final TableJournal journal = new TableJournal(table);

    private void hear(Peer peer, boolean answered, long now) {
        Heard heard = table.heard(peer, answered, 1_000_000, now);
        journal.gained(heard, now);
    }

    @Test
    void who_is_new_is_told_of_once_and_whether_it_answered() {
        hear(A, true, SECOND);
        hear(B, false, SECOND);
        hear(A, true, 2 * SECOND);
        assertThat(journal.take())
                .containsExactly(new ContactAdded(A.contact(), true), new ContactAdded(B.contact(), false));
        assertThat(journal.take()).isEmpty();
    }

    @Test
    void that_one_answers_is_told_once_in_five_minutes_and_by_bucket() {
        hear(A, false, SECOND);
        hear(B, false, SECOND);
        journal.take();
        hear(A, true, 2 * SECOND);
        hear(B, true, 2 * SECOND);
        journal.sweep(3 * SECOND);
        assertThat(journal.take()).containsExactly(new ContactRefreshed(0, List.of(A.id(), B.id())));
        hear(A, true, 100 * SECOND);
        journal.sweep(101 * SECOND);
        assertThat(journal.take()).isEmpty();
        journal.sweep(304 * SECOND);
        assertThat(journal.take())
                .as("B was not heard since")
                .containsExactly(new ContactRefreshed(0, List.of(A.id())));
    }

    @Test
    void who_goes_is_told_of_with_the_reason_and_who_comes_instead() {
        journal.lost(new Missed.Evicted(A, null));
        journal.lost(new Missed.Evicted(A, B));
        assertThat(journal.take())
                .containsExactly(
                        new ContactEvicted(A.id(), EvictedFor.SILENCE),
                        new ContactReplaced(A.id(), EvictedFor.SILENCE, B.contact(), false));
    }
}
