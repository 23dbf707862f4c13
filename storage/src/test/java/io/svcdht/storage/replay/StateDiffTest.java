package io.svcdht.storage.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.StateDiff.Change;
import io.svcdht.storage.replay.StateDiff.Identity;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.testing.RandomRun;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDiffTest {
    private static Map<Identity, StoredRecord> all(State state) {
        TreeMap<Identity, StoredRecord> all = new TreeMap<>();
        state.providers().forEach(h -> h.forEach(r -> all.put(Identity.of(r.record()), r)));
        return all;
    }

    private static Optional<String> shown(Optional<StoredRecord> r) {
        return r.map(StoredRecord::toString);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void it_says_what_two_whole_states_compared_say(long seed) {
        try (MemoryJournal journal = new MemoryJournal()) {
            RandomRun run = new RandomRun(seed, journal);
            while (journal.lastPosition() < 1_500) {
                run.step();
            }
            RandomGenerator random = run.random();
            for (int i = 0; i < 40; i++) {
                long a = random.nextLong(journal.lastPosition() + 1);
                long b = random.nextLong(journal.lastPosition() + 1);
                compare(journal, Math.min(a, b), Math.max(a, b), seed);
            }
            compare(journal, 0, journal.lastPosition(), seed);
        }
    }

    private static void compare(MemoryJournal journal, long from, long to, long seed) {
        Map<Identity, StoredRecord> before = all(Replay.to(journal, from, Budget.UNLIMITED));
        Map<Identity, StoredRecord> after = all(Replay.to(journal, to, Budget.UNLIMITED));
        StateDiff diff = StateDiff.between(journal, from, to, Budget.UNLIMITED);
        String what = "seed %d, from %d to %d".formatted(seed, from, to);

        assertThat(diff.from()).isEqualTo(from);
        assertThat(diff.to()).isEqualTo(to);
        assertThat(diff.changes())
                .as(what)
                .extracting(Change::identity)
                .isSorted()
                .doesNotHaveDuplicates();
        TreeMap<Identity, Change> changes = new TreeMap<>();
        diff.changes().forEach(c -> changes.put(c.identity(), c));
        TreeMap<Identity, StoredRecord> either = new TreeMap<>(before);
        either.putAll(after);
        either.keySet().forEach(id -> {
            Optional<String> was = shown(Optional.ofNullable(before.get(id)));
            Optional<String> is = shown(Optional.ofNullable(after.get(id)));
            Change change = changes.remove(id);
            if (was.equals(is)) {
                assertThat(change).as("%s: %s", what, id).isNull();
            } else {
                assertThat(change).as("%s: %s", what, id).isNotNull();
                assertThat(shown(change.before())).isEqualTo(was);
                assertThat(shown(change.after())).isEqualTo(is);
                assertThat(change.causedBy()).as("%s: %s", what, id).isBetween(from + 1, to);
                change.after().ifPresent(r -> assertThat(r.position()).isEqualTo(change.causedBy()));
            }
        });
        assertThat(changes).as("%s: changes of nothing", what).isEmpty();
    }

    @Test
    void what_is_gone_names_the_event_that_took_it() {
        try (MemoryJournal journal = new MemoryJournal()) {
            RandomRun run = new RandomRun(9, journal);
            while (journal.lastPosition() < 1_000) {
                run.step();
            }
            long to = journal.lastPosition();
            StateDiff diff = StateDiff.between(journal, 300, to, Budget.UNLIMITED);
            assertThat(diff.changes()).anyMatch(c -> c.after().isEmpty());
            for (Change c : diff.changes()) {
                if (c.after().isEmpty()) {
                    JournalEntry e = Moments.entryAt(journal, c.causedBy());
                    assertThat(e.event())
                            .isEqualTo(new DhtEvent.ProviderExpired(c.identity().key()));
                }
            }
        }
    }

    @Test
    void a_span_that_ends_before_it_begins_is_refused_and_an_empty_one_is_empty() {
        try (MemoryJournal journal = new MemoryJournal()) {
            journal.append(1, 0, new DhtEvent.ProviderExpired(new Key(1, 2, 3, 4)));
            assertThatThrownBy(() -> StateDiff.between(journal, 1, 0, Budget.UNLIMITED))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(StateDiff.between(journal, 1, 1, Budget.UNLIMITED).changes())
                    .isEmpty();
            assertThat(StateDiff.between(journal, 0, 1, Budget.UNLIMITED).changes())
                    .isEmpty();
            try (JournalReader all = journal.readAll()) {
                assertThat(all.next()).isNotNull();
            }
        }
    }
}
