package io.svcdht.node.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BucketsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void a_bucket_fills_evenly_and_holds_so_much_at_most() {
        Bucket b = new Bucket(100, 2, 0);
        assertThat(b.level(0)).isEqualTo(200);
        b.take(200);
        assertThat(b.has(1, 0)).isFalse();
        assertThat(b.level(SECOND / 2)).isEqualTo(50);
        assertThat(b.level(3_600 * SECOND)).isEqualTo(200);
    }

    @Test
    void what_is_owed_is_paid_before_anything_more_is_had() {
        Bucket b = new Bucket(100, 1, 0);
        b.take(300);
        assertThat(b.has(1, SECOND)).isFalse();
        assertThat(b.has(1, 2 * SECOND)).isFalse();
        assertThat(b.has(1, 2 * SECOND + SECOND / 10)).isTrue();
    }

    @Test
    void however_many_owners_there_are_only_so_many_are_kept() {
        Buckets<Integer> buckets = new Buckets<>(1, 1, 1_000);
        for (int i = 0; i < 100_000; i++) {
            buckets.of(i, i).take(1);
        }
        assertThat(buckets.size()).isEqualTo(1_000);
    }

    @Test
    void who_was_asked_about_lately_is_not_forgotten_for_those_who_come_once() {
        Buckets<Integer> buckets = new Buckets<>(1, 1, 100);
        buckets.of(-1, 0).take(10);
        for (int i = 0; i < 10_000; i++) {
            buckets.of(i, 0);
            assertThat(buckets.of(-1, 0).has(1, 0)).isFalse();
        }
    }

    @Test
    void an_address_written_in_two_ways_has_one_bucket() {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 9, 8, 7, 6};
        assertThat(Block.of(mapped)).isEqualTo(Block.of(new byte[] {9, 8, 7, 6}));
    }

    @Test
    void a_56_of_ipv6_has_one_bucket() {
        byte[] one = {0x24, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 1};
        byte[] other = {0x24, 0, 0, 1, 2, 3, 4, 99, 1, 2, 3, 4, 5, 6, 7, 8};
        byte[] neighbour = {0x24, 0, 0, 1, 2, 3, 5, 5, 0, 0, 0, 0, 0, 0, 0, 1};
        assertThat(Block.of(one)).isEqualTo(Block.of(other)).isNotEqualTo(Block.of(neighbour));
    }
}
