package io.svcdht.node.kad;

import static io.svcdht.node.kad.SamplePeers.id;
import static io.svcdht.node.kad.SamplePeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Heard.Inserted;
import io.svcdht.node.kad.Heard.Reason;
import io.svcdht.node.kad.Heard.Refused;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress.Ip4;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiversityTest {
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(1, 2, 3, 4));

    private final RoutingTable table = new RoutingTable(id(0), TableRules.standard());
    private long now;

    private Heard hear(Peer peer) {
        Heard heard = table.heard(peer, true, 0, ++now);
        table.checkInvariants();
        return heard;
    }

    @Test
    void an_autonomous_system_gets_its_share_of_a_bucket_and_no_more() {
        for (int i = 0; i < 7; i++) {
            assertThat(hear(peer(0x80 + i, 64500, "203.0.%d.1:5302".formatted(i))))
                    .isInstanceOf(Inserted.class);
        }
        assertThat(hear(peer(0x90, 64500, "203.0.90.1:5302"))).isEqualTo(new Refused(Reason.ASN_CAP));
        assertThat(hear(peer(0x91, 64501, "198.51.100.1:5302"))).isInstanceOf(Inserted.class);
    }

    /** Five of eight, where the others are of so many owners that the bucket is mixed enough. */
    @Test
    void its_share_ends_where_the_others_are_mixed_too() {
        for (int i = 0; i < 4; i++) {
            hear(peer(0x80 + i, 64500, "203.0.%d.1:5302".formatted(i)));
        }
        for (int i = 0; i < 3; i++) {
            hear(peer(0x88 + i, 64501 + i, "198.51.%d.1:5302".formatted(i)));
        }
        assertThat(hear(peer(0x90, 64500, "203.0.90.1:5302"))).isEqualTo(new Refused(Reason.ASN_CAP));
        assertThat(hear(peer(0x91, 64504, "198.51.100.1:5302"))).isInstanceOf(Inserted.class);
    }

    @Test
    void a_network_gets_two_places_of_a_bucket() {
        hear(peer(0x80, 64500, "203.0.113.1:5302"));
        hear(peer(0x81, 64501, "203.0.113.2:5302"));
        assertThat(hear(peer(0x82, 64502, "203.0.113.3:5302"))).isEqualTo(new Refused(Reason.NETWORK_CAP));
        hear(peer(0x83, 64503, "[2001:db8:7::1]:5302"));
        hear(peer(0x84, 64504, "[2001:db8:7:1::1]:5302"));
        assertThat(hear(peer(0x85, 64505, "[2001:db8:7:2::1]:5302"))).isEqualTo(new Refused(Reason.NETWORK_CAP));
    }

    @Test
    void private_addresses_are_not_judged() {
        for (int i = 0; i < 20; i++) {
            assertThat(hear(peer(0x80 + i, 64500, "10.0.0.1:5302"))).isInstanceOf(Inserted.class);
        }
    }

    /** One ASN offers 70 % of the candidates: floor 40 % of a full bucket, aim below 10 %. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_flood_from_one_autonomous_system_stays_below_a_tenth_of_a_full_bucket(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            boolean flood = random.nextInt(10) < 7;
            long asn = flood ? 64500 : 65000 + random.nextInt(40);
            int address = (flood ? 0x50_000000 : 0x60_000000) + random.nextInt(1 << 24);
            Key key = Distance.inBucket(id(0).key(), 0, SamplePeers.key(random));
            hear(new Peer(new NodeId(key), new Contact(KEYS, List.of(new Ip4(address, 5302)), asn)));
        }
        long flooded =
                table.bucketMembers(0).stream().filter(p -> p.asn() == 64500).count();
        assertThat(table.bucketSize(0)).isEqualTo(20);
        assertThat(flooded).as("seed %d", seed).isLessThan(2 + 1);
    }
}
