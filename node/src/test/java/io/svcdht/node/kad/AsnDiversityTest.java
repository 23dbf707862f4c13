package io.svcdht.node.kad;

import static io.svcdht.node.kad.SamplePeers.id;
import static io.svcdht.node.kad.SamplePeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.asn.AsnFile;
import io.svcdht.node.asn.AsnFixture;
import io.svcdht.node.kad.Heard.Better;
import io.svcdht.node.kad.Heard.Inserted;
import io.svcdht.node.kad.Heard.Reason;
import io.svcdht.node.kad.Heard.Refused;
import io.svcdht.node.kad.Heard.Replaced;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress.Ip4;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No autonomous system owns a bucket, whatever it offers: its share is capped, the mix has a floor, the rarer one wins. */
class AsnDiversityTest {
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(1, 2, 3, 4));

    private RoutingTable table = new RoutingTable(id(0), TableRules.standard());
    private long now;

    private Heard hear(Peer peer) {
        Heard heard = table.heard(peer, true, 0, ++now);
        table.checkInvariants();
        return heard;
    }

    /** Of one bucket, each from a /24 of its own. */
    private Heard hear(int number, int asn) {
        return hear(peer(0x80 + number, asn, "198.%d.%d.1:5302".formatted(asn & 0xff, number)));
    }

    @Test
    void an_autonomous_system_holds_forty_percent_of_a_bucket_and_no_more() {
        for (int i = 0; i < 12; i++) {
            hear(i, 64_500 + i % 3);
        }
        assertThat(hear(20, 64_500)).isInstanceOf(Inserted.class);
        assertThat(hear(21, 64_500)).isEqualTo(new Refused(Reason.ASN_CAP));
        assertThat(table.mixes().getFirst().percentMax()).isLessThanOrEqualTo(40);
    }

    @Test
    void who_makes_a_bucket_poorer_than_the_entropy_floor_is_not_taken() {
        // No cap at all: two could share a bucket as they like, were it not for the floor.
        table = new RoutingTable(id(0), new TableRules(20, 0, false, 100, 20, 1.5));
        for (int i = 0; i < 7; i++) {
            hear(i, 64_500 + i % 2);
        }
        assertThat(hear(7, 64_500)).isEqualTo(new Refused(Reason.ASN_CAP));
        assertThat(hear(8, 64_502)).as("a third makes it richer").isInstanceOf(Inserted.class);
        assertThat(hear(9, 64_503)).isInstanceOf(Inserted.class);
        assertThat(table.mixes().getFirst().entropyBits()).isGreaterThan(1.5);
    }

    @Test
    void a_rarer_autonomous_system_takes_the_place_of_the_commonest() {
        for (int i = 0; i < 20; i++) {
            hear(i, 64_500 + i % 4);
        }
        assertThat(hear(30, 64_510)).isInstanceOfSatisfying(Replaced.class, r -> {
            assertThat(r.why()).isEqualTo(Better.RARER_ASN);
            assertThat(r.evicted().asn()).isEqualTo(64_500);
        });
    }

    @Test
    void without_a_file_a_block_of_addresses_stands_for_the_autonomous_system() {
        table = new RoutingTable(id(0), new TableRules(20, 0, false, 40, 20, 1.5));
        for (int i = 0; i < 7; i++) {
            assertThat(hear(peer(0x80 + i, 0, "203.0.113.%d:5302".formatted(i + 1))))
                    .isInstanceOf(Inserted.class);
        }
        assertThat(hear(peer(0x90, 0, "203.0.113.99:5302"))).isEqualTo(new Refused(Reason.ASN_CAP));
        assertThat(hear(peer(0x91, 0, "198.51.100.1:5302"))).isInstanceOf(Inserted.class);
        assertThat(table.mixes().getFirst().largestAsn()).isZero();
    }

    @Test
    void whoever_floods_the_waiting_room_pushes_out_only_its_own() {
        table = new RoutingTable(id(0), new TableRules(20, 0, false, 40, 2, 1.5));
        for (int i = 0; i < 20; i++) {
            hear(i, 64_500 + i);
        }
        hear(40, 65_000);
        for (int i = 0; i < 60; i++) {
            hear(peer(0x80 + 41 + i, 64_500, "198.51.%d.1:5302".formatted(i)));
        }
        Peer gone = table.bucketMembers(0).get(1);
        for (int i = 0; i < KBucket.PINGS_MAX - 1; i++) {
            table.missed(gone.id(), ++now);
        }
        assertThat(table.missed(gone.id(), ++now))
                .isInstanceOfSatisfying(Missed.Evicted.class, e -> assertThat(e.promoted())
                        .isNotNull()
                        .satisfies(p -> assertThat(p.asn()).isEqualTo(65_000)));
    }

    /** One offers 70 % of all candidates, sixteen others the rest; whose an address is, a file says. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void who_offers_seventy_percent_of_all_candidates_gets_a_tenth_of_a_full_bucket(long seed, @TempDir Path dir)
            throws Exception {
        AsnFixture fixture = new AsnFixture().network("80.0.0.0/8", 64_500);
        for (int i = 0; i < 16; i++) {
            fixture.network("96.%d.0.0/16".formatted(i), 65_000 + i);
        }
        AsnFile file = AsnFile.open(fixture.write(dir.resolve("asn.mmdb")));
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            boolean flood = random.nextInt(10) < 7;
            int address = flood ? 80 << 24 | random.nextInt(1 << 24) : 96 << 24 | random.nextInt(1 << 20);
            Key key = Distance.inBucket(id(0).key(), 0, SamplePeers.key(random));
            Contact told = new Contact(KEYS, List.of(new Ip4(address, 5302)), random.nextInt(1_000));
            hear(new Peer(new NodeId(key), file.judged(told)));
        }
        BucketMix mix = table.mixes().getFirst();
        long flooded =
                table.bucketMembers(0).stream().filter(p -> p.asn() == 64_500).count();
        assertThat(mix.judged()).isEqualTo(20);
        assertThat(flooded).as("seed %d", seed).isLessThanOrEqualTo(2);
        assertThat(mix.entropyBits()).as("seed %d", seed).isGreaterThan(3.5);
        assertThat(mix.breaks(40, 1.5)).isFalse();
    }

    @Test
    void a_new_file_costs_nobody_a_place_but_judges_who_comes_next() {
        for (int i = 0; i < 10; i++) {
            hear(i, 64_500 + i);
        }
        assertThat(table.judgeAnew(
                        p -> new Peer(p.id(), p.contact().at(p.contact().addrs(), 64_999))))
                .hasSize(10);
        assertThat(table.mixes().getFirst().breaks(40, 1.5)).isTrue();
        assertThat(hear(20, 64_999)).isEqualTo(new Refused(Reason.ASN_CAP));
        assertThat(hear(21, 64_500)).isInstanceOf(Inserted.class);
    }
}
