package io.svcdht.storage.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.state.Routing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoutingDiffTest {
    private static Contact contact(int n) {
        return new Contact(
                NodeKeys.classical(new Key(n, n, n, n)), List.of(PeerAddress.parse("192.0.2." + n + ":5302")), 0);
    }

    @Test
    void a_diff_tells_who_came_went_and_changed_and_what_was_banned() {
        try (MemoryJournal journal = new MemoryJournal()) {
            journal.append(1, 0, new DhtEvent.ContactAdded(contact(1), true));
            journal.append(2, 0, new DhtEvent.ContactAdded(contact(2), false));
            journal.append(3, 0, new DhtEvent.ContactAdded(contact(3), true));
            journal.append(4, 0, new DhtEvent.PeerBanned(Banned.parse("192.0.2.0/24"), "a"));
            journal.append(5, 0, new DhtEvent.ContactEvicted(contact(1).id(), EvictedFor.SILENCE));
            journal.append(
                    6,
                    0,
                    new DhtEvent.ContactRefreshed(
                            0, List.of(contact(2).id(), contact(3).id())));
            journal.append(7, 0, new DhtEvent.ContactAdded(contact(4), true));
            journal.append(8, 0, new DhtEvent.PeerUnbanned(Banned.parse("192.0.2.0/24")));
            journal.append(
                    9, 0, new DhtEvent.PeerBanned(new Banned.Peer(contact(1).id()), "b"));

            RoutingDiff diff =
                    StateDiff.between(journal, 4, 9, Budget.UNLIMITED).routing();
            Optional<Routing.Known> none = Optional.empty();
            assertThat(diff.contacts())
                    .containsExactlyInAnyOrder(
                            new RoutingDiff.Change(contact(1).id(), known(1, true), none),
                            new RoutingDiff.Change(contact(2).id(), known(2, false), known(2, true)),
                            new RoutingDiff.Change(contact(4).id(), none, known(4, true)));
            assertThat(diff.contacts()).extracting(RoutingDiff.Change::node).isSorted();
            assertThat(diff.banned()).extracting(Routing.Ban::reason).containsExactly("b");
            assertThat(diff.unbanned()).extracting(Routing.Ban::reason).containsExactly("a");
            assertThat(StateDiff.between(journal, 9, 9, Budget.UNLIMITED)
                            .routing()
                            .isEmpty())
                    .isTrue();
        }
    }

    private static Optional<Routing.Known> known(int n, boolean verified) {
        return Optional.of(new Routing.Known(contact(n), verified));
    }
}
