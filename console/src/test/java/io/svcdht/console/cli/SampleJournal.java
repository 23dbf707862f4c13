package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFilling;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A real journal with every event type, written as a node would, the same for the same seed. */
public final class SampleJournal {
    static final long FIRST_MILLIS = 1_767_225_600_000L;
    static final NodeId NODE = new NodeId(new Key(7, 7, 7, 7));

    final State state = new State(new HeapStore());
    final List<JournalEntry> entries = new ArrayList<>();
    private final JournalFilling journal;
    private final Random random;
    private final NodeId node;
    private final long stepMillis;

    private SampleJournal(Path directory, NodeId node, long seed, long stepMillis) throws Exception {
        this.node = node;
        this.stepMillis = stepMillis;
        journal = JournalFilling.create(directory);
        random = new Random(seed);
    }

    static SampleJournal write(Path directory, int events, long seed) throws Exception {
        return write(directory, events, seed, 1000);
    }

    /** @param stepMillis between one event and the next */
    static SampleJournal write(Path directory, int events, long seed, long stepMillis) throws Exception {
        return write(directory, NODE, events, seed, stepMillis);
    }

    /** @param node whose journal it is */
    public static SampleJournal write(Path directory, NodeId node, int events, long seed, long stepMillis)
            throws Exception {
        SampleJournal sample = new SampleJournal(directory, node, seed, stepMillis);
        try (JournalFilling open = sample.journal) {
            sample.append(0, new DhtEvent.NodeStarted(node, 1, "0.1.0"));
            sample.append(1, new DhtEvent.ReadinessChanged(DhtEvent.Readiness.READY, "alone"));
            while (sample.state.position() < events) {
                sample.step();
            }
            open.finish();
        }
        return sample;
    }

    private void step() {
        if (state.position() % 50 == 0) {
            append(0, new DhtEvent.DigestMarked(state.position(), state.digest()));
            return;
        }
        Key key = new Key(0, 0, 0, 1 + random.nextInt(20));
        var holders = state.providers().holdersOf(key).records();
        long now = millis();
        if (holders.isEmpty() || random.nextInt(3) == 0) {
            append(
                    0,
                    new DhtEvent.ProviderAnnounced(new ProviderRecord(
                            random.nextBoolean() ? ContentId.of(key) : new ContentId("text\u001b[31m" + key.w3(), key),
                            node,
                            "local://n" + random.nextInt(3),
                            random.nextBoolean() ? List.of() : List.of("10.0.0.1:1"),
                            1 + random.nextInt(1000),
                            now)));
            return;
        }
        long cause = holders.getFirst().position();
        switch (random.nextInt(6)) {
            case 0 -> append(cause, new DhtEvent.ProviderWithdrawn(key, now, now + 300_000));
            case 1 -> append(cause, new DhtEvent.ProviderExpired(key));
            case 2 -> append(0, new DhtEvent.ConfigChanged("ttl_secs", "1", "2", "default"));
            case 3 -> append(0, new DhtEvent.ClockStepped(-6000));
            case 4 -> append(0, new DhtEvent.NodeStopped("asked to"));
            default -> append(cause, new DhtEvent.ProviderRefreshed(key, 1 + random.nextInt(1000), now));
        }
    }

    private long millis() {
        return FIRST_MILLIS + state.position() * stepMillis;
    }

    private void append(long cause, DhtEvent event) {
        JournalEntry entry = new JournalEntry(state.position() + 1, millis(), cause, event);
        journal.add(entry);
        Fold.apply(state, entry);
        entries.add(entry);
    }
}
