package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Banned;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that bans another has nothing to do with it any more, until the ban is lifted. */
class BansTest {
    private static final Duration PATIENCE = Patience.LIMIT;

    @TempDir
    Path temp;

    private static NetworkConfig patient(NetworkConfig c) {
        return c.withSearch(new NetworkConfig.Search(
                        3, 1, 20, 2, 6, 1, 20_000, 25_000, 25_000, OptionalInt.empty(), 25, 10_000, 10_000))
                .withConnections(
                        new NetworkConfig.Connections(10_000, 60_000, 256, 512, 10_000, 10_000, 100_000, 1 << 24))
                .withCare(new NetworkConfig.Care(OptionalInt.empty(), 3_600, 3_600, 60, 40));
    }

    private static void know(Member one, Member other) {
        await().atMost(PATIENCE)
                .until(() -> one.contacts().contains(other.node().id())
                        && other.contacts().contains(one.node().id()));
    }

    @Test
    void a_banned_peer_leaves_the_table_and_its_connection_ends() {
        try (LocalNet net = new LocalNet(BansTest::patient)) {
            Member a = net.join();
            Member b = net.join();
            know(a, b);
            long position = ((io.svcdht.node.engine.Outcome.Done)
                            a.ban(new Banned.Peer(b.node().id())))
                    .position();

            await().atMost(PATIENCE)
                    .until(() ->
                            a.contacts().isEmpty() && a.network().standing().connections() == 0);
            assertThat(a.node().routing().contacts()).isEmpty();
            assertThat(a.events())
                    .filteredOn(e -> e.event() instanceof ContactEvicted)
                    .extracting(JournalEntry::cause, JournalEntry::event)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(
                            position, new ContactEvicted(b.node().id(), EvictedFor.BANNED)));
        }
    }

    @Test
    void bans_hold_after_a_restart() {
        try (LocalNet net = new LocalNet(BansTest::patient)) {
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
