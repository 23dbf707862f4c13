package io.svcdht.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.MemoryJournal;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who tails the ring of a node in amnesia gets whole events in their order, or nothing yet. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing yet")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first, a moment later")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "both")
@Outcome(expect = FORBIDDEN, desc = "a hole, or another order")
@State
public class TailAgainstAppend {
    private final MemoryJournal journal = new MemoryJournal(16);
    private final JournalReader reader = journal.read(1) instanceof JournalSource.Read.From(JournalReader r) ? r : null;

    @Actor
    public void engine() {
        journal.append(1_000, 0, new DhtEvent.NodeStopped("1"));
        journal.append(2_000, 1, new DhtEvent.NodeStopped("2"));
    }

    @Actor
    public void tail(II_Result r) {
        r.r1 = told(reader.next());
        r.r2 = told(reader.next());
    }

    private static int told(JournalEntry e) {
        if (e == null) {
            return 0;
        }
        int n = (int) e.position();
        return e.event() instanceof DhtEvent.NodeStopped(String reason)
                        && reason.equals(String.valueOf(n))
                        && e.instantMillis() == n * 1_000L
                        && e.cause() == n - 1
                ? n
                : -1;
    }
}
