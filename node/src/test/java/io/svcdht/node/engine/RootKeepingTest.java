package io.svcdht.node.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.trust.RootProof;
import io.svcdht.node.trust.RootSigner;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Roots and keys come with the first record that refers to them, and go behind the last. */
class RootKeepingTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final NodeId SELF = new NodeId(new Key(5, 6, 7, 8));
    private static final NodeIdentity PEER = NodeIdentity.ephemeral();

    private final MemoryJournal journal = new MemoryJournal();
    private final State state = new State(new HeapStore());
    private final Engine engine = new Engine(SELF, journal, state, new Limits(1_000_000, 1_000, 0));
    private long now = T0;

    RootKeepingTest() {
        step(new Input.Start(1, "test", now - Engine.ALONE_MILLIS));
        step(new Input.Tick());
    }

    private void step(Input input) {
        engine.step(now, input, action -> {});
    }

    private record Batch(List<SignedRecord> records, RootProof proof) {}

    private Batch batch(int from, int n, int ttlSeconds) {
        List<SignedRecord> single = new ArrayList<>();
        for (int i = from; i < from + n; i++) {
            single.add(new RecordSigner(PEER)
                    .sign(new ProviderRecord(
                            ContentId.of(new Key(i, 1, 1, 1)), PEER.id(), "", List.of(), ttlSeconds + i, now)));
        }
        RootSigner.Signed signed = new RootSigner(PEER).sign(single);
        SignedRoot root = new SignedRoot(
                signed.root(), PEER.keys(), signed.signatures().with(null).encode());
        return new Batch(signed.records(), new RootProof(root, PEER.mlDsa87().orElseThrow()));
    }

    private void hold(Batch batch) {
        step(new Input.Hold(batch.records(), Map.of(batch.proof().root().id(), batch.proof()), ReplyTo.nobody()));
    }

    private List<EventType> trust() {
        List<EventType> all = new ArrayList<>();
        try (JournalReader reader = journal.readAll()) {
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                if (e.event() instanceof DhtEvent.TrustEvent) {
                    all.add(e.event().type());
                }
            }
        }
        return all;
    }

    private void pass(long seconds) {
        now += seconds * 1_000;
        step(new Input.Tick());
    }

    @Test
    void a_root_comes_once_and_its_key_once_for_all_roots() {
        Batch first = batch(0, 3, 600);
        hold(first);
        assertThat(trust()).containsExactly(EventType.KeyLearned, EventType.RootAccepted);
        hold(batch(10, 2, 600));
        assertThat(trust()).containsExactly(EventType.KeyLearned, EventType.RootAccepted, EventType.RootAccepted);
        // Handed out once more, under another root: nothing new is said, so nothing is kept of it.
        hold(new Batch(first.records(), first.proof()));
        assertThat(trust()).hasSize(3);
        assertThat(state.roots().size()).isEqualTo(2);
    }

    @Test
    void a_root_is_kept_while_a_record_refers_to_it_and_goes_behind_the_last_with_its_key() {
        Batch batch = batch(0, 3, 600);
        hold(batch);
        Key root = batch.proof().root().id();
        pass(600);
        assertThat(state.providers().records()).isEqualTo(2);
        assertThat(state.roots().root(root)).isNotNull();
        assertThat(state.roots().key(batch.proof().key().hash())).isNotNull();
        pass(62);
        assertThat(state.providers().records()).isZero();
        assertThat(state.roots().isEmpty()).isTrue();
        assertThat(trust()).containsExactly(EventType.KeyLearned, EventType.RootAccepted, EventType.RootDropped);
    }

    @Test
    void the_same_state_comes_out_of_a_replay() {
        hold(batch(0, 3, 600));
        hold(batch(10, 3, 6_000));
        pass(1_000);
        assertThat(Replay.to(journal, journal.lastPosition(), Replay.Budget.UNLIMITED)
                        .digest())
                .isEqualTo(state.digest());
        State without = new State(new HeapStore());
        try (JournalReader reader = journal.readAll()) {
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                if (!(e.event() instanceof DhtEvent.TrustEvent)) {
                    Fold.apply(without, e);
                }
            }
        }
        assertThat(without.digest()).as("roots are in the digest").isNotEqualTo(state.digest());
    }
}
