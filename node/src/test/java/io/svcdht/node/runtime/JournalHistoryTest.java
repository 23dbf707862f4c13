package io.svcdht.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalHistoryTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final int EVENTS = 6_000;

    private final MemoryJournal memory = new MemoryJournal(EVENTS + 1);
    private final Counted journal = new Counted(memory);
    private final JournalHistory history = new JournalHistory(() -> journal, Checkpoints.none(), null);

    @BeforeEach
    void fill() {
        NodeId node = new NodeId(new Key(7, 7, 7, 7));
        for (int i = 1; i <= EVENTS; i++) {
            ContentId cid = ContentId.of(new Key(0, 0, 0, i));
            memory.append(T0 + i, 0, new ProviderAnnounced(new ProviderRecord(cid, node, "", List.of(), 600, T0 + i)));
        }
    }

    @AfterEach
    void close() {
        history.close();
        memory.close();
    }

    /** Counts what is read from a journal. */
    private static final class Counted implements JournalSource {
        private final JournalSource of;
        private int events;

        Counted(JournalSource of) {
            this.of = of;
        }

        @Override
        public long firstPosition() {
            return of.firstPosition();
        }

        @Override
        public long lastPosition() {
            return of.lastPosition();
        }

        @Override
        public Read read(long position) {
            return counted(of.read(position));
        }

        @Override
        public Read readBehind(Seam seam) {
            return counted(of.readBehind(seam));
        }

        private Read counted(Read read) {
            return switch (read) {
                case Read.Truncated t -> t;
                case Read.From(JournalReader reader) ->
                    new Read.From(new JournalReader() {
                        @Override
                        public JournalEntry next() {
                            events++;
                            return reader.next();
                        }

                        @Override
                        public Seam seam() {
                            return reader.seam();
                        }

                        @Override
                        public void close() {
                            reader.close();
                        }
                    });
            };
        }
    }

    /** Events read to look at a moment, which must be the one that is shown. */
    private int readFor(long position) {
        int before = journal.events;
        int records = history.at(position, (view, budget) -> {
            assertThat(view.state().position()).isEqualTo(position);
            return view.state().providers().records();
        });
        assertThat(records).isEqualTo(position);
        return journal.events - before;
    }

    @Test
    void a_step_reads_the_events_between_and_nothing_else() {
        assertThat(readFor(5_000)).isEqualTo(5_000);
        assertThat(readFor(5_001)).isOne();
        assertThat(readFor(5_000)).isZero();
        assertThat(readFor(4_999)).isZero();
        assertThat(readFor(5_003)).isEqualTo(4);
        assertThat(readFor(1_000)).isZero();
        // Further back than it remembers.
        assertThat(readFor(700)).isEqualTo(700);
    }

    @Test
    void a_view_that_is_read_stays_where_it_is() {
        history.at(3_000, (view, budget) -> {
            assertThat(readFor(3_001)).isEqualTo(3_001);
            assertThat(view.state().position()).isEqualTo(3_000);
            assertThat(view.state().providers().records()).isEqualTo(3_000);
            return null;
        });
        assertThat(readFor(3_000)).isZero();
        assertThat(readFor(3_001)).isZero();
    }
}
