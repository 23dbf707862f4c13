package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Network.Found;
import io.svcdht.node.Network.Origin;
import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.kad.Distance;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.storage.event.DhtEvent.ProviderReplicated;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes over real sockets: what one announces others find, also after restarts, and not after a withdrawal. */
class NetworkingTest {
    private static final TraceLog.Filter FINDS = TraceLog.Filter.ALL.of(LookupRecord.Operation.FIND);

    private static final Duration PATIENCE = Patience.LIMIT;
    private static final int REPAIR_SECONDS = 1;
    private static final int NO_REPAIR_SECONDS = 3_600;

    @TempDir
    Path temp;

    /** Repairs soon, and waits long: on a busy machine silence says nothing. */
    private static NetworkConfig quick(NetworkConfig c) {
        return quick(c, REPAIR_SECONDS);
    }

    private static NetworkConfig quick(NetworkConfig c, int repairSeconds) {
        return LocalNet.patient(c).withCare(new NetworkConfig.Care(OptionalInt.empty(), repairSeconds, 3_600, 60, 40));
    }

    private static void ready(Member... members) {
        for (Member m : members) {
            await().atMost(PATIENCE).until(() -> m.node().status().ready());
        }
    }

    @Test
    void what_one_node_announces_another_finds() {
        try (LocalNet net = new LocalNet(c -> quick(c, NO_REPAIR_SECONDS))) {
            Member a = net.join();
            Member b = net.join();
            Member c = net.join();
            ready(a, b, c);
            for (int i = 0; i < 20; i++) {
                ContentId cid = ContentId.parse("content-" + i, true);
                int replicas = a.replicas(a.provide(cid).position());
                assertThat(replicas).as("one holder was asked for").isOne();
                Member finder = b.holds(cid) ? c : b;
                assertThat(finder.holds(cid)).as("the finder has no copy").isFalse();
                Found found = finder.find(cid);
                assertThat(found.origin()).isEqualTo(Origin.NETWORK);
                assertThat(found.result().outcome()).isEqualTo(Outcome.FOUND);
                assertThat(found.result().records())
                        .extracting(ProviderRecord::publisher)
                        .containsExactly(a.node().id());
                assertThat(finder.find(cid).origin()).as("kept for a while").isEqualTo(Origin.CACHE);
            }
        }
    }

    @Test
    void a_find_of_few_records_waits_for_no_worker_neither_here_nor_at_the_holder() {
        try (LocalNet net = new LocalNet(c -> quick(c, NO_REPAIR_SECONDS))) {
            Member a = net.join();
            Member b = net.join();
            Member c = net.join();
            ready(a, b, c);
            ContentId cid = heldByOneOf(a, b, c);
            Member finder = b.holds(cid) ? c : b;
            net.leave(a);
            net.keepWorkersBusy();
            Found found = finder.find(cid);
            assertThat(found.origin()).isEqualTo(Origin.NETWORK);
            assertThat(found.result().records())
                    .extracting(ProviderRecord::publisher)
                    .containsExactly(a.node().id());
        }
    }

    /** One that the publisher has handed to one of these. */
    private static ContentId heldByOneOf(Member publisher, Member... others) {
        for (int i = 0; ; i++) {
            ContentId cid = ContentId.parse("few-" + i, true);
            publisher.replicas(publisher.provide(cid).position());
            if (Stream.of(others).anyMatch(m -> m.holds(cid))) {
                return cid;
            }
        }
    }

    @Test
    void that_a_record_reached_its_holders_is_in_the_journal_behind_it() {
        try (LocalNet net = new LocalNet(c -> quick(c, NO_REPAIR_SECONDS).withReplicas(2))) {
            Member a = net.join();
            Member b = net.join();
            ready(a, b);
            ContentId cid = ContentId.parse("told in the journal", true);
            long position = b.provide(cid).position();
            assertThat(b.replicas(position)).isEqualTo(2);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(b.events())
                    .filteredOn(e -> e.event() instanceof ProviderReplicated)
                    .extracting(JournalEntry::cause, JournalEntry::event)
                    .containsExactly(tuple(position, new ProviderReplicated(cid.key(), 2))));
            assertThat(a.events()).extracting(JournalEntry::event).noneMatch(ProviderReplicated.class::isInstance);
        }
    }

    @Test
    void what_was_announced_alone_is_handed_out_when_somebody_comes() {
        try (LocalNet net = new LocalNet(c -> quick(c, NO_REPAIR_SECONDS).withReplicas(2))) {
            Member a = net.join();
            ready(a);
            ContentId cid = ContentId.parse("said to nobody", true);
            assertThat(a.replicas(a.provide(cid).position())).isZero();
            Member b = net.join();
            await().atMost(PATIENCE).until(() -> b.holds(cid));
        }
    }

    @Test
    void absence_is_proved_by_the_closest() {
        try (LocalNet net = new LocalNet(NetworkingTest::quick)) {
            Member a = net.join();
            Member b = net.join();
            ready(a, b);
            Found found = b.find(ContentId.parse("nobody has it", true));
            assertThat(found.result().outcome()).isEqualTo(Outcome.NOT_FOUND);
            assertThat(found.result().records()).isEmpty();
            assertThat(found.result().messages()).isPositive();
            assertThat(found.traced()).isTrue();
            LookupRecord trace = b.node().traces().page(FINDS, 10).lookups().getFirst();
            assertThat(trace.outcome()).isEqualTo(LookupRecord.Outcome.NOT_FOUND);
            assertThat(trace.text()).isEqualTo("nobody has it");
            assertThat(trace.legs()).hasSize(found.result().messages());
            assertThat(trace.legs().getFirst().peer()).isEqualTo(a.node().id());
        }
    }

    @Test
    void what_is_taken_back_is_found_nowhere_after_two_repairs() {
        try (LocalNet net = new LocalNet(c -> quick(c).withReplicas(2))) {
            Member a = net.join();
            List<Member> others = List.of(net.join(), net.join(), net.join());
            ready(a);
            others.forEach(NetworkingTest::ready);
            ContentId cid = ContentId.parse("taken back", true);
            assertThat(a.replicas(a.provide(cid).position())).isEqualTo(2);
            assertThat(others).anyMatch(m -> m.holds(cid));
            assertThat(a.withdraw(cid)).isInstanceOf(io.svcdht.node.engine.Outcome.Withdrawn.class);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(others)
                    .noneMatch(m -> m.holds(cid))
                    .noneMatch(m -> m.find(cid).result().outcome() == Outcome.FOUND));
        }
    }

    @Test
    void a_restarted_node_rejoins_by_its_journal_without_seeds() {
        try (LocalNet net = new LocalNet(NetworkingTest::quick)) {
            Member a = net.join();
            Member b = net.join(temp.resolve("b"), List.of(a.address()));
            ready(a, b);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(b.node().routing().contacts()).hasSize(1));
            b.find(ContentId.parse("looked for before the restart", true));
            net.leave(b);
            Member again = net.join(temp.resolve("b"), List.of());
            ready(again);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(again.network().standing().live()).isOne());
            assertThat(again.node().traces().page(FINDS, 10).lookups())
                    .as("how a lookup went is known after a restart too")
                    .extracting(LookupRecord::text)
                    .containsExactly("looked for before the restart");
            ContentId cid = ContentId.parse("after the restart", true);
            ready(a);
            a.provide(cid);
            // Whom it just repaired with may be taken for silent for a moment, on a busy machine.
            await().atMost(PATIENCE).until(() -> again.find(cid).result().outcome() == Outcome.FOUND);
            assertThat(again.node().routing().contacts())
                    .allSatisfy(
                            k -> assertThat(k.contact().id()).isEqualTo(a.node().id()));
        }
    }

    @Test
    void a_holder_that_dies_is_replaced_by_the_next_closest() {
        try (LocalNet net = new LocalNet(c -> quick(c).withReplicas(2))) {
            Member a = net.join();
            for (int i = 0; i < 4; i++) {
                net.join();
            }
            net.members().forEach(NetworkingTest::ready);
            ContentId cid = ContentId.parse("held twice", true);
            a.replicas(a.provide(cid).position());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(closest(net, cid)).allMatch(m -> m.holds(cid)));
            net.leave(closest(net, cid).stream()
                    .filter(m -> !m.equals(a))
                    .findFirst()
                    .orElseThrow());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(closest(net, cid)).allMatch(m -> m.holds(cid)));
        }
    }

    /** The two that are to hold it. */
    private static List<Member> closest(LocalNet net, ContentId cid) {
        return net.members().stream()
                .sorted(Comparator.comparing(m -> m.node().id().key(), (x, y) -> Distance.compare(cid.key(), x, y)))
                .limit(2)
                .toList();
    }
}
