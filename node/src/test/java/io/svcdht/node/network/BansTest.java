package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Banned;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that bans another has nothing to do with it any more, until the ban is lifted. */
class BansTest {
    private static final Duration PATIENCE = Patience.LIMIT;

    @TempDir
    Path temp;

    private static void know(Member one, Member other) {
        await().atMost(PATIENCE)
                .until(() -> one.contacts().contains(other.node().id())
                        && other.contacts().contains(one.node().id()));
    }

    @Test
    void a_banned_peer_leaves_the_table_and_its_connection_ends() {
        try (LocalNet net = new LocalNet(c -> LocalNet.patient(c).withReplicas(2))) {
            Member a = net.join();
            Member b = net.join();
            know(a, b);
            await().atMost(PATIENCE).until(() -> a.node().routing().contacts().size() == 1);
            long position = ((io.svcdht.node.engine.Outcome.Done)
                            a.ban(new Banned.Peer(b.node().id())))
                    .position();

            await().atMost(PATIENCE)
                    .until(() -> a.contacts().isEmpty()
                            && a.network().standing().connections() == 0
                            && a.node().routing().contacts().isEmpty());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(a.events())
                    .filteredOn(e -> e.event() instanceof ContactEvicted)
                    .extracting(JournalEntry::cause, JournalEntry::event)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(
                            position, new ContactEvicted(b.node().id(), EvictedFor.BANNED))));
        }
    }

    @Test
    void bans_hold_after_a_restart() {
        try (LocalNet net = new LocalNet(c -> LocalNet.patient(c).withReplicas(2))) {
            Member a = net.join();
            Member b = net.join(temp.resolve("b"), List.of(a.address()));
            know(a, b);
            b.ban(new Banned.Peer(a.node().id()));
            b.ban(Banned.parse("192.0.2.0/24"));
            net.leave(b);

            Member again = net.join(temp.resolve("b"), List.of(a.address()));
            assertThat(again.node().routing().bans()).hasSize(2);
            assertThat(again.contacts()).isEmpty();
            again.unban(new Banned.Peer(a.node().id()));
            know(a, again);
        }
    }
}
