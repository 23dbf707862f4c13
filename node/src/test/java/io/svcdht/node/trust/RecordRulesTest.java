package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RecordRulesTest {
    private static final long T0 = 1_767_225_600_000L;
    private static final NodeIdentity PEER = NodeIdentity.ephemeralClassical();
    private static final NodeIdentity OTHER = NodeIdentity.ephemeralClassical();
    private static final ContentId CID = ContentId.parse("b3:short", true);

    private final MemoryJournal journal = new MemoryJournal();
    private final State state = new State(new HeapStore());

    private static SignedRecord announce(NodeIdentity by, long issuedAt) {
        return new RecordSigner(by).sign(new ProviderRecord(CID, by.id(), "local://a", List.of(), 600, issuedAt));
    }

    private static SignedRecord withdraw(NodeIdentity by, long issuedAt) {
        return new RecordSigner(by).withdraw(CID, "local://a", issuedAt);
    }

    private StoredRecord held(NodeIdentity by) {
        return state.providers().holdersOf(CID.key()).of(by.id(), "local://a");
    }

    /** Decides, appends and folds; null where it was taken. */
    private Refusal take(NodeIdentity by, SignedRecord record) {
        return switch (RecordRules.apply(record, held(by))) {
            case Outcome.Refused<RecordRules.Change> r -> r.why();
            case Outcome.Accepted<RecordRules.Change>(RecordRules.Change(DhtEvent event, long cause)) -> {
                long position = journal.append(T0, cause, event);
                Fold.apply(state, position, T0, cause, event);
                yield null;
            }
        };
    }

    @Test
    void only_a_later_word_counts() {
        assertThat(take(PEER, announce(PEER, T0))).isNull();
        assertThat(take(PEER, announce(PEER, T0))).as("a replay").isEqualTo(Refusal.STALE);
        assertThat(take(PEER, announce(PEER, T0 - 1))).isEqualTo(Refusal.STALE);
        assertThat(take(PEER, announce(PEER, T0 + 1))).isNull();
        assertThat(Objects.requireNonNull(held(PEER)).record())
                .isEqualTo(announce(PEER, T0 + 1).record());
        assertThat(state.providers().records()).isEqualTo(1);
    }

    @Test
    void a_withdrawal_leaves_a_tombstone_that_older_words_do_not_lift() {
        assertThat(take(PEER, announce(PEER, T0))).isNull();
        assertThat(take(PEER, withdraw(PEER, T0))).as("not later").isEqualTo(Refusal.STALE);
        assertThat(take(PEER, withdraw(PEER, T0 + 10))).isNull();
        StoredRecord tombstone = Objects.requireNonNull(held(PEER));
        assertThat(tombstone.tombstone()).isTrue();
        assertThat(tombstone.endsAtMillis()).isEqualTo(T0 + 600_000 + RecordRules.TOMBSTONE_KEEP_MILLIS);

        assertThat(take(PEER, announce(PEER, T0 + 10))).isEqualTo(Refusal.STALE);
        assertThat(take(PEER, withdraw(PEER, T0 + 20))).isNull();
        assertThat(Objects.requireNonNull(held(PEER)).endsAtMillis()).isEqualTo(tombstone.endsAtMillis());
        assertThat(take(PEER, announce(PEER, T0 + 15))).isEqualTo(Refusal.STALE);
        assertThat(take(PEER, announce(PEER, T0 + 21))).isNull();
        assertThat(Objects.requireNonNull(held(PEER)).tombstone()).isFalse();
    }

    @Test
    void a_publisher_changes_its_own_records_only() {
        assertThat(take(PEER, announce(PEER, T0))).isNull();
        assertThat(take(OTHER, withdraw(OTHER, T0 + 10))).isEqualTo(Refusal.NOTHING_TO_WITHDRAW);
        assertThat(take(OTHER, announce(OTHER, T0 + 10))).isNull();
        assertThat(take(OTHER, withdraw(OTHER, T0 + 20))).isNull();
        assertThat(Objects.requireNonNull(held(PEER)).record())
                .isEqualTo(announce(PEER, T0).record());
        assertThat(Objects.requireNonNull(held(OTHER)).tombstone()).isTrue();
    }

    @Test
    void a_replay_hands_the_record_on_to_the_byte_and_has_the_same_digest() {
        assertThat(take(PEER, announce(PEER, T0))).isNull();
        assertThat(take(OTHER, announce(OTHER, T0))).isNull();
        assertThat(take(OTHER, withdraw(OTHER, T0 + 5))).isNull();
        State again = Replay.toEnd(journal, Replay.Budget.UNLIMITED);

        assertThat(again.digest()).isEqualTo(state.digest());
        StoredRecord replayed = again.providers().holdersOf(CID.key()).of(PEER.id(), "local://a");
        assertThat(SignedRecord.of(Objects.requireNonNull(replayed).record()).encode())
                .isEqualTo(announce(PEER, T0).encode());
    }
}
