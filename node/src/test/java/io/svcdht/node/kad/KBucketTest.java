package io.svcdht.node.kad;

import static io.svcdht.node.kad.SamplePeers.id;
import static io.svcdht.node.kad.SamplePeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Heard.Better;
import io.svcdht.node.kad.Heard.Inserted;
import io.svcdht.node.kad.Heard.Pending;
import io.svcdht.node.kad.Heard.Reason;
import io.svcdht.node.kad.Heard.Refreshed;
import io.svcdht.node.kad.Heard.Refused;
import io.svcdht.node.kad.Heard.Replaced;
import io.svcdht.node.kad.Missed.AskAgain;
import io.svcdht.node.kad.Missed.Evicted;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our id is 0000_0000, so the bucket of prefix 0 holds everything that begins with 1. */
class KBucketTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final TableRules THREE = new TableRules(3, 0, false, 40, 2);

    private long now = 5 * SECOND;

    private Heard hear(RoutingTable table, Peer peer) {
        now += SECOND;
        Heard heard = table.heard(peer, true, 0, now);
        table.checkInvariants();
        return heard;
    }

    private Missed miss(RoutingTable table, int bits) {
        Missed missed = table.missed(id(bits), now);
        table.checkInvariants();
        return missed;
    }

    private static RoutingTable table(TableRules rules) {
        return new RoutingTable(id(0b0000_0000), rules);
    }

    private RoutingTable full() {
        RoutingTable table = table(THREE);
        hear(table, peer(0b1000_0000));
        hear(table, peer(0b1010_0000));
        hear(table, peer(0b1100_0000));
        return table;
    }

    @Test
    void members_stand_least_recently_seen_first() {
        RoutingTable table = full();
        assertThat(hear(table, peer(0b1000_0000))).isEqualTo(new Refreshed(peer(0b1000_0000)));
        assertThat(table.bucketMembers(0)).containsExactly(peer(0b1010_0000), peer(0b1100_0000), peer(0b1000_0000));
    }

    @Test
    void a_full_bucket_asks_for_a_ping_of_its_oldest_once_it_was_silent() {
        RoutingTable table = full();
        assertThat(hear(table, peer(0b1111_0000))).isEqualTo(new Refused(Reason.FULL));
        now += 60 * SECOND;
        assertThat(hear(table, peer(0b1110_0000))).isEqualTo(new Pending(peer(0b1000_0000)));
        assertThat(hear(table, peer(0b1110_1000))).as("one ping at a time").isEqualTo(new Refused(Reason.FULL));
    }

    @Test
    void three_pings_in_a_row_evict_the_oldest_and_the_latest_in_waiting_comes_in() {
        RoutingTable table = full();
        hear(table, peer(0b1110_0000));
        hear(table, peer(0b1111_0000));
        assertThat(miss(table, 0b1000_0000)).isEqualTo(new AskAgain(peer(0b1000_0000), 1, 2 * SECOND));
        assertThat(miss(table, 0b1000_0000)).isEqualTo(new AskAgain(peer(0b1000_0000), 2, 4 * SECOND));
        assertThat(miss(table, 0b1000_0000)).isEqualTo(new Evicted(peer(0b1000_0000), peer(0b1111_0000)));
        assertThat(table.bucketMembers(0)).containsExactly(peer(0b1010_0000), peer(0b1100_0000), peer(0b1111_0000));
        assertThat(table.size()).isEqualTo(3);
    }

    @Test
    void an_answer_between_the_pings_starts_the_count_anew() {
        RoutingTable table = full();
        miss(table, 0b1000_0000);
        miss(table, 0b1000_0000);
        hear(table, peer(0b1000_0000));
        assertThat(miss(table, 0b1000_0000)).isEqualTo(new AskAgain(peer(0b1000_0000), 1, 2 * SECOND));
    }

    @Test
    void a_member_under_suspicion_is_not_passed_on_until_it_is_heard_again() {
        RoutingTable table = full();
        assertThat(table.suspect(id(0b1000_0000))).isTrue();
        assertThat(table.suspect(id(0b1000_0000)))
                .as("it is being pinged already")
                .isFalse();
        assertThat(table.closestAnswering(id(0b1000_0000).key(), 3, id(0)))
                .containsExactly(peer(0b1010_0000), peer(0b1100_0000));
        hear(table, peer(0b1000_0000));
        assertThat(table.closestAnswering(id(0b1000_0000).key(), 1, id(0))).containsExactly(peer(0b1000_0000));
    }

    @Test
    void restored_members_keep_their_order_and_do_not_count_until_they_answer() {
        RoutingTable table = table(THREE);
        assertThat(table.restore(peer(0b1010_0000))).isTrue();
        assertThat(table.restore(peer(0b1000_0000))).isTrue();
        table.checkInvariants();
        assertThat(table.bucketMembers(0)).containsExactly(peer(0b1010_0000), peer(0b1000_0000));
        assertThat(table.answering()).isZero();
        assertThat(table.closestAnswering(id(0).key(), 3, id(0))).isEmpty();
        assertThat(table.closest(id(0).key(), 3)).hasSize(2);
        assertThat(table.nextToCheck(60 * SECOND, now)).isEqualTo(peer(0b1010_0000));
        hear(table, peer(0b1010_0000));
        assertThat(table.answering()).isOne();
    }

    @Test
    void who_only_asks_us_is_a_member_but_not_passed_on() {
        RoutingTable table = table(THREE);
        assertThat(table.heard(peer(0b1000_0000), false, 0, now)).isEqualTo(new Inserted(peer(0b1000_0000)));
        assertThat(table.closestAnswering(id(0b1000_0000).key(), 3, id(0))).isEmpty();
    }

    @Test
    void our_own_id_is_refused() {
        assertThat(table(THREE).heard(peer(0), true, 0, now)).isEqualTo(new Refused(Reason.OURSELVES));
        assertThat(table(THREE).restore(peer(0))).isFalse();
    }

    @Test
    void places_of_a_full_bucket_are_spread_over_the_next_bits() {
        RoutingTable table = table(new TableRules(4, 2, true, 40, 2));
        table.heard(peer(0b1000_0001), true, 30 * MILLI, now);
        table.heard(peer(0b1000_0010), true, 90 * MILLI, now);
        table.heard(peer(0b1000_0011), true, 10 * MILLI, now);
        table.heard(peer(0b1000_0100), true, 20 * MILLI, now);
        assertThat(table.heard(peer(0b1110_0000), true, 300 * MILLI, now))
                .as("the slowest of the crowd goes, however slow the newcomer is")
                .isEqualTo(new Replaced(peer(0b1000_0010), peer(0b1110_0000), Better.EMPTIER_SLOT));
        assertThat(table.heard(peer(0b1100_0000), false, 0, now))
                .as("who only asks displaces nobody")
                .isEqualTo(new Refused(Reason.FULL));
        table.heard(peer(0b1100_0000), true, 50 * MILLI, now);
        assertThat(table.bucketMembers(0)).contains(peer(0b1110_0000), peer(0b1100_0000));
        table.checkInvariants();
    }

    @Test
    void a_much_nearer_peer_takes_the_place_of_the_slowest_of_its_part_but_not_too_often() {
        RoutingTable table = table(new TableRules(2, 1, true, 40, 2));
        table.heard(peer(0b1000_0001), true, 200 * MILLI, now);
        table.heard(peer(0b1100_0010), true, 300 * MILLI, now);
        assertThat(table.heard(peer(0b1000_0011), true, 180 * MILLI, now)).isEqualTo(new Refused(Reason.FULL));
        assertThat(table.heard(peer(0b1000_0100), true, 50 * MILLI, now))
                .isEqualTo(new Replaced(peer(0b1000_0001), peer(0b1000_0100), Better.LOWER_RTT));
        assertThat(table.heard(peer(0b1100_0000), true, 50 * MILLI, now)).isEqualTo(new Refused(Reason.FULL));
        now += KBucket.NEARER_EVERY_NANOS;
        assertThat(table.heard(peer(0b1100_0001), true, 50 * MILLI, now)).isInstanceOf(Replaced.class);
        table.checkInvariants();
    }

    @Test
    void a_lost_member_is_remembered_and_crossed_off_when_it_returns() {
        RoutingTable table = full();
        for (int i = 0; i < KBucket.PINGS_MAX; i++) {
            miss(table, 0b1000_0000);
        }
        assertThat(table.nextLost(now)).isEqualTo(peer(0b1000_0000));
        assertThat(table.returned(peer(0b1000_0000))).isTrue();
        assertThat(table.returned(peer(0b1000_0000))).isFalse();
        assertThat(table.nextLost(now)).isNull();
        miss(table, 0b1010_0000);
        miss(table, 0b1010_0000);
        miss(table, 0b1010_0000);
        assertThat(table.nextLost(now + Lost.KEPT_NANOS + 1)).as("a day later").isNull();
    }

    @Test
    void closest_are_exact_across_buckets() {
        RoutingTable table = table(THREE);
        List.of(0b1000_0000, 0b0100_0000, 0b0110_0000, 0b0010_0000, 0b0001_0000, 0b0000_0001)
                .forEach(bits -> hear(table, peer(bits)));
        // 0101_0000 shares one bit with us: its own bucket first, then all deeper ones mixed, then 1xxx_xxxx.
        assertThat(table.closest(id(0b0101_0000).key(), 6))
                .containsExactly(
                        peer(0b0100_0000),
                        peer(0b0110_0000),
                        peer(0b0001_0000),
                        peer(0b0000_0001),
                        peer(0b0010_0000),
                        peer(0b1000_0000));
    }
}
