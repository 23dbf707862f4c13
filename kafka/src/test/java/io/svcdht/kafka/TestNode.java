package io.svcdht.kafka;

import io.svcdht.node.shipping.Cargo;
import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.MemoryTraces;
import io.svcdht.storage.trace.TraceLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A journal on disk with an identity: as much of a node as shipping sees. */
final class TestNode implements Cargo, AutoCloseable {
    static final long T0 = 1_700_000_000_000L;

    private final NodeId id;
    private final Path path;
    private final MemoryTraces traces = new MemoryTraces();
    private final AtomicLong readMost = new AtomicLong();
    private volatile DataDirectory directory;
    private volatile Journal journal;
    private volatile long durable;

    TestNode(Path path, int id) throws Exception {
        this.id = new NodeId(new Key(id, 2, 3, 4));
        this.path = path;
        open();
    }

    private void open() throws Exception {
        directory = DataDirectory.open(path);
        journal = ChronicleJournal.open(directory, e -> {});
        durable = journal.lastPosition();
    }

    /** As a process that ends and comes back. */
    void restart() throws Exception {
        close();
        open();
    }

    /** Appends events and makes them durable. */
    void append(int events) {
        appendOnly(events);
        force();
    }

    void appendOnly(int events) {
        for (int i = 0; i < events; i++) {
            append(new DhtEvent.NodeStopped("event " + (journal.lastPosition() + 1)));
        }
    }

    void append(DhtEvent event) {
        long position = journal.lastPosition() + 1;
        journal.append(T0 + position, position / 2, event);
    }

    @Override
    public void force() {
        durable = journal.durable(journal.lastPosition()).toCompletableFuture().join();
        if (directory.firstStart()) {
            try {
                directory.firstEventDurable();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    List<JournalEntry> entries() {
        List<JournalEntry> all = new ArrayList<>();
        try (JournalReader r = journal.readAll()) {
            for (JournalEntry e = r.next(); e != null; e = r.next()) {
                all.add(e);
            }
        }
        return all;
    }

    long bytes() {
        return journal.bytes();
    }

    /** The highest position that anybody has read through {@link #journal()}. */
    long readMost() {
        return readMost.get();
    }

    @Override
    public NodeId node() {
        return id;
    }

    @Override
    public long nowMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long epoch() {
        return journal.epoch();
    }

    @Override
    public JournalSource journal() {
        return new Watched(journal, readMost);
    }

    @Override
    public long durablePosition() {
        return durable;
    }

    @Override
    public TraceLog traces() {
        return traces;
    }

    @Override
    public Card card() {
        return new Card("1.2.3", "abc", "svc-dht", "127.0.0.1:1", 5, 6, "ready");
    }

    @Override
    public void close() {
        journal.close();
        directory.close();
    }

    /** Sees how far the journal is read. */
    private record Watched(JournalSource of, AtomicLong most) implements JournalSource {
        @Override
        public long firstPosition() {
            return of.firstPosition();
        }

        @Override
        public long lastPosition() {
            return of.lastPosition();
        }

        @Override
        public Read read(long from) {
            return switch (of.read(from)) {
                case Read.From(JournalReader r) -> new Read.From(new Reading(r, most));
                case Read.Truncated t -> t;
            };
        }

        @Override
        public Read readBehind(Seam seam) {
            return of.readBehind(seam);
        }
    }

    private record Reading(JournalReader of, AtomicLong most) implements JournalReader {
        @Override
        public JournalEntry next() {
            JournalEntry e = of.next();
            if (e != null) {
                most.accumulateAndGet(e.position(), Math::max);
            }
            return e;
        }

        @Override
        public Seam seam() {
            return of.seam();
        }

        @Override
        public void close() {
            of.close();
        }
    }
}
