package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One walk over a journal's files from the first event to the last, every digest derived again on the way. */
record JournalWalk(State state, List<Class<?>> types, Map<Long, Key> keyAtPosition, int marks) {
    /**
     * Walks, also beside a running node.
     *
     * @throws io.svcdht.storage.journal.JournalDamaged at what is not as it was written
     */
    static JournalWalk of(Path dataDirectory) throws StartFailure {
        State state = new State(new HeapStore());
        List<Class<?>> types = new ArrayList<>();
        Map<Long, Key> keys = new HashMap<>();
        int marks = 0;
        try (JournalFiles.Opened journal = JournalFiles.read(dataDirectory);
                JournalReader reader = journal.readAll()) {
            long last = journal.lastPosition();
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                assertThat(e.position()).as("no gap").isEqualTo(state.position() + 1);
                if (e.event() instanceof DigestMarked(long upTo, Key digest)) {
                    assertThat(upTo).isEqualTo(state.position());
                    assertThat(state.digest()).as("digest after %d", upTo).isEqualTo(digest);
                    marks++;
                }
                Key key = keyOf(e.event());
                if (key != null) {
                    keys.put(e.position(), key);
                }
                types.add(e.event().getClass());
                Fold.apply(state, e);
            }
            assertThat(state.position()).as("readable up to the last").isGreaterThanOrEqualTo(last);
        }
        return new JournalWalk(state, types, keys, marks);
    }

    Class<?> lastType() {
        return types.getLast();
    }

    private static @Nullable Key keyOf(DhtEvent event) {
        return switch (event) {
            case DhtEvent.ProviderAnnounced e -> e.record().cid().key();
            case DhtEvent.ProviderRefreshed e -> e.key();
            case DhtEvent.ProviderWithdrawn e -> e.key();
            case DhtEvent.ProviderExpired e -> e.key();
            case DhtEvent.NodeStarted e -> null;
            case DhtEvent.NodeStopped e -> null;
            case DhtEvent.ConfigChanged e -> null;
            case DhtEvent.ReadinessChanged e -> null;
            case DhtEvent.ClockStepped e -> null;
            case DhtEvent.DigestMarked e -> null;
            case DhtEvent.Upkeep e -> null;
        };
    }
}
