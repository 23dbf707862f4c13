package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Discovery;
import io.svcdht.node.Discovery.Refusal;
import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NetworkConfig.Connections;
import io.svcdht.node.discovery.Discv5;
import io.svcdht.node.discovery.FoundRecord;
import io.svcdht.node.discovery.Octets;
import io.svcdht.node.discovery.OurEntries;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.PeerDiscovered;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a node makes of records: here told by hand, in the discovery module by its library. */
class DiscoveringTest {
    private static final Duration LONG = Patience.LIMIT;

    /** Says what it is told to say. */
    private static final class Rumours implements Discv5, Discv5.Running {
        private Wanted wanted;
        private Ear ear;
        private boolean closed;

        @Override
        public Running start(Wanted asked, Ear to) {
            wanted = asked;
            ear = to;
            to.published("enr:-ours");
            return this;
        }

        @Override
        public String record() {
            return "enr:-ours";
        }

        @Override
        public InetSocketAddress listens() {
            return wanted.bind();
        }

        @Override
        public int live() {
            return 5;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static FoundRecord record(int who, NodeKeys keys, String network, int port) {
        Map<String, Octets> entries = OurEntries.of(keys, network);
        return new FoundRecord(
                Integer.toHexString(who),
                1,
                Optional.ofNullable(entries.get(OurEntries.NETWORK)),
                Optional.ofNullable(entries.get(OurEntries.ED25519)),
                Optional.ofNullable(entries.get(OurEntries.ML_DSA_87)),
                List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)));
    }

    /** Keys nobody holds. */
    private static NodeKeys nobodys(long number) {
        return NodeKeys.of(new Key(number, 1, 1, 1), new Key(number, 2, 2, 2));
    }

    /** A machine that is busy with other things makes nobody unreachable. */
    private static NetworkConfig patient(NetworkConfig c) {
        Connections n = c.connections();
        return c.withConnections(new Connections(
                60_000,
                n.idleMillis(),
                n.max(),
                n.inflight(),
                n.rpsPeer(),
                n.rpsIp(),
                n.rpsGlobal(),
                n.journalBytesPerSecond()));
    }

    private static Rumours begin(Member at) throws Exception {
        Rumours rumours = new Rumours();
        at.networking().discover(rumours, at.node().identity());
        return rumours;
    }

    private static Discovery.Status status(Member of) {
        return of.network().discovery().status();
    }

    private static long found(Member by) {
        return by.events().stream()
                .map(JournalEntry::event)
                .filter(PeerDiscovered.class::isInstance)
                .count();
    }

    @Test
    void who_proves_the_keys_of_a_record_becomes_a_contact() throws Exception {
        try (LocalNet net = new LocalNet(DiscoveringTest::patient)) {
            Member one = net.join(null, List.of());
            Member other = net.join(null, List.of());
            NodeKeys keys = other.node().identity().keys();
            Rumours rumours = begin(one);
            FoundRecord record = record(1, keys, "svc-dht", other.address().port());
            rumours.ear.heard(List.of(record));

            await().atMost(LONG)
                    .until(() -> one.contacts().contains(other.node().id()));
            await().atMost(LONG).until(() -> found(one) == 1);
            assertThat(one.events())
                    .extracting(JournalEntry::event)
                    .contains(new DiscoveryRecordPublished("discv5", "enr:-ours"));
            assertThat(status(one).found()).isEqualTo(1);
            assertThat(status(one).record()).isEqualTo("enr:-ours");
            assertThat(rumours.wanted.reached().getPort())
                    .isEqualTo(one.address().port());
            assertThat(rumours.wanted.secret().length()).isEqualTo(32);

            // Told again and again it is no news.
            rumours.ear.heard(List.of(record, record));
            rumours.ear.heard(List.of(record(2, nobodys(77), "another", 9)));
            await().atMost(LONG).until(() -> status(one).refusedFor(Refusal.NETWORK) == 1);
            assertThat(status(one).heard()).isEqualTo(2);
            one.networking().close().join();
            assertThat(rumours.closed).isTrue();
        }
    }

    @Test
    void who_holds_other_keys_than_its_record_names_becomes_none() throws Exception {
        try (LocalNet net = new LocalNet(DiscoveringTest::patient)) {
            Member one = net.join(null, List.of());
            Member other = net.join(null, List.of());
            Rumours rumours = begin(one);
            rumours.ear.heard(
                    List.of(record(1, nobodys(7), "svc-dht", other.address().port())));

            await().atMost(LONG)
                    .until(() -> status(one).refusedFor(Refusal.IDENTITY)
                                    + status(one).found()
                            == 1);
            assertThat(status(one).refusedFor(Refusal.IDENTITY)).isEqualTo(1);
            assertThat(found(one)).isZero();
        }
    }

    @Test
    void however_many_records_come_only_a_few_are_called_at_once() throws Exception {
        try (LocalNet net = new LocalNet(DiscoveringTest::patient)) {
            Member one = net.join(null, List.of());
            Rumours rumours = begin(one);
            List<FoundRecord> many = new ArrayList<>();
            for (int i = 1; i <= 300; i++) {
                // Nobody listens at port 1.
                many.add(record(i, nobodys(i), "svc-dht", 1));
            }
            many.add(record(999, nobodys(999), "another", 1));
            rumours.ear.heard(many);

            // The last of them was looked at, and those before.
            await().atMost(LONG).until(() -> status(one).refusedFor(Refusal.NETWORK) == 1);
            assertThat(status(one).heard()).isEqualTo(9);
            await().atMost(LONG).until(() -> status(one).refusedFor(Refusal.UNREACHABLE) == 8);
        }
    }
}
