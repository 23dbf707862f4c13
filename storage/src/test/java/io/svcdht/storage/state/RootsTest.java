package io.svcdht.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.GoldenTrust;
import io.svcdht.storage.testing.RandomEvents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RootsTest {
    private static final List<JournalEntry> STORY = GoldenTrust.entries();
    private static final Key FIRST = new Key(0x1111, 2, 3, 4);
    private static final Key SECOND = new Key(0x2222, 2, 3, 4);

    private final State state = new State(new HeapStore());

    private void fold(int upTo) {
        STORY.subList((int) state.position(), upTo).forEach(e -> Fold.apply(state, e));
    }

    @Test
    void a_root_is_kept_until_the_last_record_that_referred_to_it_runs_out() {
        fold(3);
        assertThat(state.roots().all().getFirst().keepUntilMillis())
                .isEqualTo(STORY.get(2).instantMillis());
        fold(4);
        long ends = STORY.get(3).instantMillis() + 600_000;
        assertThat(state.roots().all().getFirst().keepUntilMillis()).isEqualTo(ends);
        fold(7);
        assertThat(state.roots().root(FIRST)).isNotNull();
        assertThat(state.roots().all().getFirst().keepUntilMillis())
                .as("a record that refers to another root now does not shorten it")
                .isEqualTo(ends);
        fold(8);
        assertThat(state.roots().root(FIRST)).isNull();
        assertThat(state.roots().root(SECOND)).isNotNull();
        assertThat(state.roots().keys()).as("a root of this node is left").hasSize(1);
    }

    @Test
    void what_was_folded_in_can_be_taken_back_event_by_event() {
        List<Key> digests = new ArrayList<>();
        List<Before> befores = new ArrayList<>();
        for (JournalEntry e : STORY) {
            digests.add(state.digest());
            befores.add(Fold.before(state, e));
            Fold.apply(state, e);
        }
        for (int i = STORY.size() - 1; i >= 0; i--) {
            Fold.undo(state, befores.get(i));
            assertThat(state.digest()).as(STORY.get(i).toString()).isEqualTo(digests.get(i));
        }
        assertThat(state.roots().isEmpty()).isTrue();
    }

    @Test
    void what_is_written_is_read_again_and_anything_else_is_refused() {
        fold(7);
        byte[] bytes = Roots.of(state.roots()).encode();
        Roots read = Roots.decode(bytes);
        assertThat(read.encode()).isEqualTo(bytes);
        assertThat(read.all()).isEqualTo(state.roots().all());
        for (int cut = 1; cut < bytes.length; cut += 37) {
            byte[] part = Arrays.copyOf(bytes, cut);
            assertThatExceptionOfType(MalformedEvent.class).isThrownBy(() -> Roots.decode(part));
        }
        assertThatExceptionOfType(MalformedEvent.class)
                .isThrownBy(() -> Roots.decode(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @Test
    void the_root_in_a_list_of_signatures_is_found_whatever_stands_before_it() {
        NodeKeys keys = NodeKeys.classical(new Key(1, 1, 1, 1));
        byte[] list = RandomEvents.proof(keys, FIRST).signatures();
        byte[] two = new byte[list.length + 14];
        two[0] = (byte) 0x82;
        // {"alg": 1, "sig": h'root'}: the name as a value is no name.
        byte[] before = {(byte) 0xa2, 0x63, 'a', 'l', 'g', 1, 0x63, 's', 'i', 'g', 0x43, 'r', 'o', 'o'};
        System.arraycopy(before, 0, two, 1, 14);
        System.arraycopy(list, 1, two, 15, list.length - 1);
        assertThat(new Proof(keys, two).root()).isEqualTo(FIRST);
        for (int length = 1; length < two.length; length++) {
            assertThat(new Proof(keys, Arrays.copyOf(two, length)).root()).isNull();
        }
    }

    @Test
    void hostile_lists_refer_to_nothing_and_disturb_nobody() {
        RandomEvents values = new RandomEvents(5);
        NodeKeys keys = NodeKeys.classical(new Key(1, 1, 1, 1));
        byte[] good = RandomEvents.proof(keys, FIRST).signatures();
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = good.clone();
            changed[values.random().nextInt(changed.length)] =
                    (byte) values.random().nextInt(256);
            changed[values.random().nextInt(changed.length)] =
                    (byte) values.random().nextInt(256);
            new Proof(keys, changed).root();
        }
        byte[] deep = new byte[1_000];
        Arrays.fill(deep, (byte) 0x81);
        assertThat(new Proof(keys, deep).root()).isNull();
        assertThat(new Proof(keys, new byte[] {(byte) 0x9b, 127, -1, -1, -1, -1, -1, -1, -1}).root())
                .isNull();
    }
}
