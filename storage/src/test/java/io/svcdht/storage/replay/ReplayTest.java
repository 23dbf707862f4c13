package io.svcdht.storage.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.Replay.BudgetSpent;
import io.svcdht.storage.testing.RandomRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final long T0 = 1_700_000_000_000L;

    @Test
    void the_state_at_any_position_is_the_one_that_was_there() {
        try (MemoryJournal journal = new MemoryJournal()) {
            RandomRun run = new RandomRun(5, journal);
            List<Key> digests = new ArrayList<>(List.of(run.state().digest()));
            while (journal.lastPosition() < 400) {
                run.step();
                while (digests.size() <= journal.lastPosition()) {
                    digests.add(
                            digests.size() == journal.lastPosition()
                                    ? run.state().digest()
                                    : null);
                }
            }
            for (int position = 0; position < digests.size(); position++) {
                if (digests.get(position) != null) {
                    assertThat(Replay.to(journal, position, Budget.UNLIMITED).digest())
                            .as("seed 5, position %d", position)
                            .isEqualTo(digests.get(position));
                }
            }
            assertThat(Replay.toEnd(journal, Budget.UNLIMITED).digest())
                    .isEqualTo(run.state().digest());
        }
    }

    @Test
    void a_journal_that_lost_its_beginning_gives_no_state_rather_than_a_wrong_one() {
        try (MemoryJournal journal = new MemoryJournal(10)) {
            for (int i = 0; i < 11; i++) {
                journal.append(T0, 0, new DhtEvent.NodeStopped("x"));
            }
            assertThatThrownBy(() -> Replay.toEnd(journal, Budget.UNLIMITED)).isInstanceOf(JournalTruncated.class);
            assertThatThrownBy(() -> StateDiff.between(journal, 5, 11, Budget.UNLIMITED))
                    .isInstanceOf(JournalTruncated.class);
        }
    }

    @Test
    void a_budget_stops_a_replay_that_costs_too_much() {
        try (MemoryJournal journal = new MemoryJournal()) {
            for (int i = 0; i < 20_000; i++) {
                journal.append(T0, 0, new DhtEvent.NodeStopped("x"));
            }
            AtomicInteger asked = new AtomicInteger();
            Budget twice = () -> {
                if (asked.incrementAndGet() > 2) {
                    throw new BudgetSpent("enough");
                }
            };
            assertThatThrownBy(() -> Replay.toEnd(journal, twice)).isInstanceOf(BudgetSpent.class);
        }
    }
}
