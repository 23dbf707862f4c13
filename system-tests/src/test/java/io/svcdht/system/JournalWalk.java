package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One walk over a journal's files from the first event to the last, every digest derived again on the way. */
record JournalWalk(State state, List<Class<?>> types, Map<Long, Key> keyAtPosition, int marks, long firstPosition) {
    /**
     * Walks, also beside a running node.
     *
     * @throws io.svcdht.storage.journal.JournalDamaged at what is not as it was written
     */
    static JournalWalk of(Path dataDirectory) throws StartFailure {
        List<Class<?>> types = new ArrayList<>();
        Map<Long, Key> keys = new HashMap<>();
        int marks = 0;
        try (JournalFiles.Opened journal = JournalFiles.read(dataDirectory)) {
            long first = journal.firstPosition();
            // A pruned journal begins behind the checkpoint that holds what it gave up.
            View base = journal.past().at(first - 1, Budget.UNLIMITED);
            State state = base.state();
            long last = journal.lastPosition();
            JournalReader reader = behind(journal, base);
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                assertThat(e.position()).as("no gap").isEqualTo(state.position() + 1);
                if (e.event() instanceof DigestMarked(long upTo, Key digest)) {
                    assertThat(upTo).isEqualTo(state.position());
                    assertThat(state.digest()).as("digest after %d", upTo).isEqualTo(digest);
                    marks++;
                }
                Key key = Subject.keyOf(e.event());
                if (key != null) {
                    keys.put(e.position(), key);
                }
                types.add(e.event().getClass());
                Fold.apply(state, e);
            }
            assertThat(state.position()).as("readable up to the last").isGreaterThanOrEqualTo(last);
            reader.close();
            return new JournalWalk(state, types, keys, marks, first);
        }
    }

    private static JournalReader behind(JournalSource journal, View base) {
        if (journal.readBehind(base.seam()) instanceof JournalSource.Read.From(JournalReader reader)) {
            return reader;
        }
        throw new AssertionError("the journal was pruned while it was walked");
    }

    Class<?> lastType() {
        return types.getLast();
    }
}
