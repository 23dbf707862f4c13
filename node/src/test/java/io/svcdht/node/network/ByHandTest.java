package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.uuid.Generators;
import io.svcdht.node.Network.Found;
import io.svcdht.node.Network.Origin;
import io.svcdht.node.Network.Pinged;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.Patience;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What an operator asks of a node's network, over real sockets. */
class ByHandTest {
    private static final Duration PATIENCE = Patience.LIMIT;

    @Test
    void a_contact_is_pinged_and_a_stranger_is_not() {
        try (LocalNet net = new LocalNet(LocalNet::patient)) {
            Member a = net.join();
            Member b = net.join();
            await().atMost(PATIENCE).until(() -> knows(a, b.node().id()));
            // Silence within a ping's time proves nothing here: it is asked until it answers.
            await().atMost(PATIENCE).until(() -> ping(a, b.node().id()).outcome() == Pinged.Outcome.ANSWERED);
            assertThat(ping(a, a.node().id()).outcome()).isEqualTo(Pinged.Outcome.NO_CONTACT);
            b.networking().close().join();
            assertThat(ping(a, b.node().id()).outcome()).isIn(Pinged.Outcome.SILENT, Pinged.Outcome.UNREACHABLE);
            a.networking().close().join();
            assertThat(ping(a, b.node().id()).outcome()).isEqualTo(Pinged.Outcome.NO_CONTACT);
        }
    }

    @Test
    void a_refresh_is_answered_when_it_is_journaled() {
        try (LocalNet net = new LocalNet(LocalNet::patient)) {
            Member a = net.join();
            Member b = net.join();
            await().atMost(PATIENCE).until(() -> knows(a, b.node().id()));
            int bucket = a.node().routing().bucketOf(b.node().id());
            long before = refreshes(a, bucket);
            int heard = LocalNet.get(a.network().refresh(bucket).toCompletableFuture());
            assertThat(heard).isBetween(0, 1);
            await().atMost(PATIENCE).until(() -> refreshes(a, bucket) > before);
            a.networking().close().join();
            assertThat(LocalNet.get(a.network().refresh(bucket).toCompletableFuture()))
                    .isZero();
        }
    }

    @Test
    void what_is_wanted_anew_is_not_taken_from_memory() {
        try (LocalNet net = new LocalNet(LocalNet::patient)) {
            Member a = net.join();
            Member b = net.join();
            await().atMost(PATIENCE)
                    .until(() -> knows(a, b.node().id()) && knows(b, a.node().id()));
            ContentId cid = ContentId.parse("b3:kept-elsewhere", true);
            assertThat(b.replicas(b.provide(cid).position())).isOne();
            await().atMost(PATIENCE)
                    .until(() ->
                            !a.holds(cid) && !a.find(cid).result().records().isEmpty() || a.holds(cid));
            // An answer is remembered once its signatures were checked, which goes on behind it.
            await().atMost(PATIENCE).until(() -> wanted(a, cid, false).origin() == Origin.CACHE);
            assertThat(wanted(a, cid, true).origin()).isEqualTo(Origin.NETWORK);
            assertThat(wanted(a, cid, false).origin()).isEqualTo(Origin.CACHE);
        }
    }

    private static Found wanted(Member m, ContentId cid, boolean anew) {
        UUID id = Generators.timeBasedEpochRandomGenerator().generate();
        Found found = LocalNet.get(m.network()
                .find(new Wanted(cid.key(), cid.text(), id, OptionalInt.of(25_000), OptionalInt.empty(), anew))
                .toCompletableFuture());
        assertThat(m.node().traces().get(id).isPresent())
                .as("its trace is kept")
                .isEqualTo(found.traced());
        return found;
    }

    private static boolean knows(Member m, NodeId other) {
        return LocalNet.get(m.network().contacts().toCompletableFuture()).stream()
                .anyMatch(s -> s.peer().id().equals(other));
    }

    private static Pinged ping(Member m, NodeId other) {
        return LocalNet.get(m.network().ping(other).toCompletableFuture());
    }

    private static long refreshes(Member m, int bucket) {
        long count = 0;
        if (m.node().journal().read(1) instanceof Read.From(JournalReader reader)) {
            try (reader) {
                for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                    count += e.event() instanceof BucketRefreshed r && r.bucket() == bucket ? 1 : 0;
                }
            }
        }
        return count;
    }
}
