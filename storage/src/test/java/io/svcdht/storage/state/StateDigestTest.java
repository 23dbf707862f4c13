package io.svcdht.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.RandomEvents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDigestTest {
    private static final long T0 = 1_700_000_000_000L;

    private static Key digestOf(List<ProviderRecord> records) {
        State state = new State(new HeapStore());
        long position = 0;
        for (ProviderRecord r : records) {
            Fold.apply(state, ++position, T0, 0, new DhtEvent.ProviderAnnounced(r));
        }
        return state.digest();
    }

    @Test
    void the_empty_state_has_the_digest_of_nothing() {
        assertThat(new State(new HeapStore()).digest().hex())
                .isEqualTo("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void the_order_of_arrival_does_not_matter(long seed) {
        RandomEvents values = new RandomEvents(seed);
        List<ProviderRecord> records = new ArrayList<>();
        Set<String> identities = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            ProviderRecord r = values.record();
            if (identities.add(r.cid().key() + " " + r.publisher() + " " + r.locator())) {
                records.add(r);
            }
        }
        Key digest = digestOf(records);
        Random shuffler = new Random(seed);
        for (int i = 0; i < 5; i++) {
            Collections.shuffle(records, shuffler);
            assertThat(digestOf(records)).as("seed %d, shuffle %d", seed, i).isEqualTo(digest);
        }
    }

    @Test
    void the_path_to_a_state_does_not_matter() {
        ProviderRecord r = new ProviderRecord(
                ContentId.of(new Key(1, 2, 3, 4)), new NodeId(new Key(5, 6, 7, 8)), "a", List.of(), 600, T0);
        State walked = new State(new HeapStore());
        Fold.apply(walked, 1, T0, 0, new DhtEvent.ProviderAnnounced(r.renewed(60, T0 - 5)));
        Fold.apply(walked, 2, T0, 1, new DhtEvent.ProviderWithdrawn(r.cid().key(), T0, T0 + 1));
        Fold.apply(walked, 3, T0, 2, new DhtEvent.ProviderExpired(r.cid().key()));
        Fold.apply(walked, 4, T0, 0, new DhtEvent.ProviderAnnounced(r.renewed(60, T0 - 5)));
        Fold.apply(walked, 5, T0, 4, new DhtEvent.ProviderRefreshed(r.cid().key(), 600, T0));

        assertThat(walked.digest()).isEqualTo(digestOf(List.of(r)));
    }

    @Test
    void every_field_counts() {
        Key key = new Key(1, 2, 3, 4);
        NodeId node = new NodeId(new Key(5, 6, 7, 8));
        ContentId cid = ContentId.of(key);
        ProviderRecord r = new ProviderRecord(cid, node, "loc", List.of("a", "b"), 600, T0);
        List<ProviderRecord> variants = List.of(
                r,
                new ProviderRecord(ContentId.of(new Key(1, 2, 3, 5)), node, "loc", List.of("a", "b"), 600, T0),
                new ProviderRecord(new ContentId("other", key), node, "loc", List.of("a", "b"), 600, T0),
                new ProviderRecord(cid, new NodeId(new Key(5, 6, 7, 9)), "loc", List.of("a", "b"), 600, T0),
                new ProviderRecord(cid, node, "lod", List.of("a", "b"), 600, T0),
                new ProviderRecord(cid, node, "loc", List.of("a"), 600, T0),
                new ProviderRecord(cid, node, "loc", List.of("b", "a"), 600, T0),
                new ProviderRecord(cid, node, "loc", List.of("ab"), 600, T0),
                new ProviderRecord(cid, node, "loc", List.of(), 600, T0),
                new ProviderRecord(cid, node, "loc", List.of("a", "b"), 601, T0),
                new ProviderRecord(cid, node, "loc", List.of("a", "b"), 600, T0 + 1),
                // the same end by another life time
                new ProviderRecord(cid, node, "loc", List.of("a", "b"), 599, T0 + 1_000));
        Set<Key> digests = new HashSet<>();
        variants.forEach(
                v -> assertThat(digests.add(digestOf(List.of(v)))).as("%s", v).isTrue());

        State withdrawn = new State(new HeapStore());
        Fold.apply(withdrawn, 1, T0, 0, new DhtEvent.ProviderAnnounced(r));
        Fold.apply(withdrawn, 2, T0, 1, new DhtEvent.ProviderWithdrawn(key, T0, r.expiresAtMillis()));
        assertThat(digests.add(withdrawn.digest()))
                .as("a tombstone with the same numbers")
                .isTrue();
        Fold.apply(withdrawn, 3, T0, 2, new DhtEvent.ProviderWithdrawn(key, T0, r.expiresAtMillis() + 1));
        assertThat(digests.add(withdrawn.digest()))
                .as("a tombstone kept a millisecond longer")
                .isTrue();
        assertThat(digests.add(digestOf(List.of()))).isTrue();
        assertThat(digests.add(digestOf(variants.subList(0, 2)))).isTrue();
    }
}
