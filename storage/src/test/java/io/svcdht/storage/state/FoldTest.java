package io.svcdht.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.RandomEvents;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final Key KEY = new Key(1, 2, 3, 4);
    private static final NodeId NODE = new NodeId(new Key(5, 6, 7, 8));

    private final State state = new State(new HeapStore());
    private long position;

    private long fold(long cause, DhtEvent event) {
        Fold.apply(state, ++position, T0 + position, cause, event);
        return position;
    }

    private static ProviderRecord record(String locator, List<String> addrs, int ttl, long issuedAt) {
        return new ProviderRecord(ContentId.of(KEY), NODE, locator, addrs, ttl, issuedAt);
    }

    private StoredRecord only() {
        Holders h = state.providers().holdersOf(KEY);
        assertThat(h.size()).isEqualTo(1);
        return h.iterator().next();
    }

    private void counts(int records, int tombstones) {
        assertThat(state.providers().records()).isEqualTo(records);
        assertThat(state.providers().tombstones()).isEqualTo(tombstones);
    }

    @Test
    void an_announcement_adds_and_a_second_of_the_same_identity_replaces() {
        fold(0, new DhtEvent.ProviderAnnounced(record("a", List.of(), 600, T0)));
        long second = fold(1, new DhtEvent.ProviderAnnounced(record("a", List.of("x"), 60, T0 + 5)));

        counts(1, 0);
        assertThat(only().record().addrs()).containsExactly("x");
        assertThat(only().position()).isEqualTo(second);
        assertThat(only().endsAtMillis()).isEqualTo(T0 + 5 + 60_000);
        fold(0, new DhtEvent.ProviderAnnounced(record("b", List.of(), 600, T0)));
        counts(2, 0);
        assertThat(state.providers().contentIds()).isEqualTo(1);
    }

    @Test
    void a_refresh_keeps_all_but_the_life_time() {
        long at = fold(0, new DhtEvent.ProviderAnnounced(record("a", List.of("x", "y"), 600, T0)));
        long refreshed = fold(at, new DhtEvent.ProviderRefreshed(KEY, 1_200, T0 + 1_000));

        assertThat(only().record()).isEqualTo(record("a", List.of("x", "y"), 1_200, T0 + 1_000));
        assertThat(only().position()).isEqualTo(refreshed);
        assertThat(only().endsAtMillis()).isEqualTo(T0 + 1_201_000);
        assertThat(state.due(T0 + 600_000, 10)).isEmpty();
        assertThat(state.due(T0 + 1_201_000, 10)).containsExactly(only());
    }

    @Test
    void a_withdrawal_leaves_a_tombstone_and_an_announcement_brings_it_back() {
        long at = fold(0, new DhtEvent.ProviderAnnounced(record("a", List.of(), 600, T0)));
        long gone = fold(at, new DhtEvent.ProviderWithdrawn(KEY, T0 + 10, T0 + 900_000));

        counts(0, 1);
        assertThat(only().tombstone()).isTrue();
        assertThat(only().aliveAt(T0)).isFalse();
        assertThat(only().endsAtMillis()).isEqualTo(T0 + 900_000);
        assertThat(only().record().issuedAtMillis()).isEqualTo(T0 + 10);
        fold(gone, new DhtEvent.ProviderAnnounced(record("a", List.of(), 60, T0 + 20)));
        counts(1, 0);
        assertThat(state.due(T0 + 900_000, 10)).containsExactly(only());
    }

    @Test
    void an_expiry_removes_records_and_tombstones() {
        long at = fold(0, new DhtEvent.ProviderAnnounced(record("a", List.of(), 600, T0)));
        fold(at, new DhtEvent.ProviderExpired(KEY));
        counts(0, 0);
        assertThat(state.providers().contentIds()).isZero();

        long again = fold(0, new DhtEvent.ProviderAnnounced(record("a", List.of(), 600, T0)));
        long gone = fold(again, new DhtEvent.ProviderWithdrawn(KEY, T0, T0 + 900_000));
        fold(gone, new DhtEvent.ProviderExpired(KEY));
        counts(0, 0);
        assertThat(state.due(Long.MAX_VALUE / 2, 10)).isEmpty();
    }

    @Test
    void an_event_about_something_that_is_not_there_changes_only_the_position() {
        long at = fold(0, new DhtEvent.ProviderAnnounced(record("a", List.of(), 600, T0)));
        long latest = fold(at, new DhtEvent.ProviderRefreshed(KEY, 60, T0));
        Key before = state.digest();

        fold(at, new DhtEvent.ProviderRefreshed(KEY, 600, T0));
        fold(at, new DhtEvent.ProviderExpired(KEY));
        fold(0, new DhtEvent.ProviderExpired(KEY));
        fold(latest, new DhtEvent.ProviderExpired(new Key(9, 9, 9, 9)));
        fold(at, new DhtEvent.ProviderWithdrawn(KEY, T0, T0));

        assertThat(state.digest()).isEqualTo(before);
        assertThat(state.position()).isEqualTo(position);
        counts(1, 0);
    }

    @Test
    void a_tombstone_is_not_refreshed() {
        long at = fold(0, new DhtEvent.ProviderAnnounced(record("a", List.of(), 600, T0)));
        long gone = fold(at, new DhtEvent.ProviderWithdrawn(KEY, T0, T0 + 900_000));
        fold(gone, new DhtEvent.ProviderRefreshed(KEY, 600, T0));

        counts(0, 1);
        assertThat(only().position()).isEqualTo(gone);
    }

    @Test
    void a_start_says_whose_journal_it_is_and_stories_change_nothing() {
        assertThat(state.node()).isNull();
        fold(0, new DhtEvent.NodeStarted(NODE, 1, "1"));
        Key empty = state.digest();
        fold(0, new DhtEvent.NodeStopped("x"));
        fold(0, new DhtEvent.ConfigChanged("a", "b", "c", "d"));
        fold(0, new DhtEvent.ReadinessChanged(DhtEvent.Readiness.READY, ""));
        fold(0, new DhtEvent.ClockStepped(5));
        fold(5, new DhtEvent.DigestMarked(5, KEY));

        assertThat(state.node()).isEqualTo(NODE);
        assertThat(state.digest()).isEqualTo(empty);
        assertThat(state.position()).isEqualTo(6);
        assertThat(state.instantMillis()).isEqualTo(T0 + 6);
    }

    @Test
    void no_sequence_of_events_makes_it_fail() {
        long seed = 77;
        RandomEvents values = new RandomEvents(seed);
        for (int i = 0; i < 20_000; i++) {
            fold(values.random().nextLong(position + 1), values.any());
        }
        assertThat(state.digest()).as("seed %d", seed).isNotNull();
    }
}
