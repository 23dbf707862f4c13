package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceCodec;
import io.svcdht.storage.trace.TraceCodec.Head;
import io.svcdht.storage.trace.TraceLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One file of the trace journal, read byte by byte without the queue: what another run left may be torn or damaged, and
 * must not hold up anybody. In memory it is a list of blocks, each of which tells what a search need not read.
 */
final class TraceFile {
    /** Documents in a block. */
    static final int BLOCK_DOCUMENTS = 128;

    private final Path path;
    private final int cycle;
    private final AtomicLong skipped;
    private final List<Block> blocks = new ArrayList<>();
    private long end;
    private volatile long written;

    /** @param skipped counts what is found damaged */
    TraceFile(Path path, int cycle, AtomicLong skipped) {
        this.path = path;
        this.cycle = cycle;
        this.skipped = skipped;
    }

    /**
     * Some documents, one after the other.
     *
     * @param offset where the first one's header begins, bytes from the start of the file
     * @param idMillisMin of the earliest lookup by its id, {@link Long#MAX_VALUE} where there is none
     * @param outcomes a bit for each outcome there is, by its ordinal
     */
    record Block(
            long offset,
            int documents,
            int lookups,
            int pings,
            long idMillisMin,
            long idMillisMax,
            int outcomes,
            long tookNanosMax) {
        static Block at(long offset) {
            return new Block(offset, 0, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE, 0, 0);
        }

        Block with(Head head) {
            return switch (head) {
                case Head.Lookup l -> {
                    long millis = LookupRecord.millisOf(l.id());
                    yield new Block(
                            offset,
                            documents + 1,
                            lookups + 1,
                            pings,
                            Math.min(idMillisMin, millis),
                            Math.max(idMillisMax, millis),
                            outcomes | 1 << l.outcome().ordinal(),
                            Math.max(tookNanosMax, l.tookNanos()));
                }
                case Head.Ping p ->
                    new Block(
                            offset,
                            documents + 1,
                            lookups,
                            pings + 1,
                            idMillisMin,
                            idMillisMax,
                            outcomes,
                            tookNanosMax);
            };
        }

        /** With one that is damaged. */
        Block withNothing() {
            return new Block(offset, documents + 1, lookups, pings, idMillisMin, idMillisMax, outcomes, tookNanosMax);
        }

        boolean mayHold(UUID id) {
            long millis = LookupRecord.millisOf(id);
            return idMillisMin <= millis && millis <= idMillisMax;
        }

        boolean mayMatch(TraceLog.Filter filter) {
            LookupRecord.Outcome wanted = filter.outcome();
            return lookups > 0
                    && (wanted == null || (outcomes & 1 << wanted.ordinal()) != 0)
                    && tookNanosMax / 1_000_000 >= filter.millisMin();
        }
    }

    /** A document and what it begins with. */
    record Document(Head head, byte[] bytes) {}

    Path path() {
        return path;
    }

    int cycle() {
        return cycle;
    }

    /** Whether it was looked at to where it ended then. */
    synchronized boolean indexed() {
        return end > 0;
    }

    /** Where the last document that was read ends, bytes from the start of the file; 0 = none was. */
    synchronized long end() {
        return end;
    }

    /** Nothing will be written behind this offset. */
    void endsAt(long offset) {
        written = offset;
    }

    /** What it takes, with the room ahead only where nobody knows how much that is; 0 = it is gone. */
    long bytes() {
        return written > 0 ? written : path.toFile().length();
    }

    /** What is there now; looks at what was not there before. */
    synchronized List<Block> blocks() throws IOException {
        try (QueueFile f = new QueueFile(path)) {
            f.moveTo(end);
            while (f.goesOn() && f.next()) {
                Block open = blocks.isEmpty() || blocks.getLast().documents() == BLOCK_DOCUMENTS
                        ? Block.at(f.offset())
                        : blocks.removeLast();
                blocks.add(add(open, f));
                end = f.end();
            }
        }
        return List.copyOf(blocks);
    }

    private Block add(Block open, QueueFile f) {
        try {
            return open.with(TraceCodec.head(f.document(), f.length()));
        } catch (MalformedEvent e) {
            skipped.incrementAndGet();
            return open.withNothing();
        }
    }

    /** The documents of a block that are whole, in their order. */
    List<Document> read(Block block) throws IOException {
        List<Document> documents = new ArrayList<>(block.documents());
        try (QueueFile f = new QueueFile(path)) {
            f.moveTo(block.offset());
            for (int i = 0; i < block.documents() && f.next(); i++) {
                byte[] bytes = Arrays.copyOf(f.document(), f.length());
                try {
                    documents.add(new Document(TraceCodec.head(bytes, bytes.length), bytes));
                } catch (MalformedEvent e) {
                    // Counted when it was first looked at.
                }
            }
        }
        return documents;
    }
}
