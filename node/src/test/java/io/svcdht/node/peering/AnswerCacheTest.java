package io.svcdht.node.peering;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.SamplePeers;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final Key KEY = new Key(1, 2, 3, 4);

    private static ProviderRecord record(int ttlSeconds) {
        return new ProviderRecord(
                ContentId.of(KEY), SamplePeers.id(1), "x:" + ttlSeconds, List.of(), ttlSeconds, 1_000);
    }

    @Test
    void an_answer_is_kept_as_long_as_its_shortest_record() {
        AnswerCache cache = new AnswerCache(10, 1_000_000);
        cache.put(KEY, List.of(record(20), record(10)), 2_000);
        assertThat(cache.get(KEY, 10_999)).hasSize(2);
        assertThat(cache.get(KEY, 11_000)).isEmpty();
        assertThat(cache.size()).isZero();
    }

    @Test
    void no_answer_is_kept_for_longer_than_its_age_for_records_may_be_taken_back() {
        AnswerCache cache = new AnswerCache(10, 60_000);
        cache.put(KEY, List.of(record(3_600)), 2_000);
        assertThat(cache.get(KEY, 61_999)).hasSize(1);
        assertThat(cache.get(KEY, 62_000)).isEmpty();
    }

    @Test
    void nothing_that_has_run_out_is_kept() {
        AnswerCache cache = new AnswerCache(10, 1_000_000);
        cache.put(KEY, List.of(record(10)), 11_000);
        cache.put(KEY, List.of(), 0);
        assertThat(cache.size()).isZero();
    }

    @Test
    void the_least_recently_used_goes_first() {
        AnswerCache cache = new AnswerCache(2, 1_000_000);
        Key second = new Key(2, 0, 0, 0);
        Key third = new Key(3, 0, 0, 0);
        cache.put(KEY, List.of(record(10)), 0);
        cache.put(second, List.of(record(10)), 0);
        cache.get(KEY, 0);
        cache.put(third, List.of(record(10)), 0);
        assertThat(cache.get(second, 0)).isEmpty();
        assertThat(cache.get(KEY, 0)).isNotEmpty();
        cache.forget(KEY);
        assertThat(cache.get(KEY, 0)).isEmpty();
    }
}
