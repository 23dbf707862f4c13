package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceCodec;
import io.svcdht.storage.trace.TraceCodec.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads a trace journal without being its writer: nothing is put aside, and a node may be writing meanwhile. */
public final class TraceArchive {
    private TraceArchive() {}

    /**
     * Hands over every lookup that ended in a span, file by file; what is torn or damaged is passed over.
     *
     * @param directory need not exist
     * @param toMillis the last instant of the span, since the epoch
     * @return documents that were passed over
     */
    public static long lookups(Path directory, long fromMillis, long toMillis, Consumer<LookupRecord> each)
            throws IOException {
        AtomicLong skipped = new AtomicLong();
        for (Path file : files(directory)) {
            try {
                read(new TraceFile(file, 0, skipped), fromMillis, toMillis, each, skipped);
            } catch (NoSuchFileException e) {
                // Given up by the node while this was reading.
            }
        }
        return skipped.get();
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(p -> String.valueOf(p.getFileName()).matches(".+\\.cq4(\\.r\\d{1,9})?"))
                    .sorted()
                    .toList();
        }
    }

    private static void read(
            TraceFile file, long fromMillis, long toMillis, Consumer<LookupRecord> each, AtomicLong skipped)
            throws IOException {
        for (TraceFile.Block block : file.blocks()) {
            for (TraceFile.Document d : file.read(block)) {
                if (d.head() instanceof Head.Lookup l
                        && l.instantMillis() >= fromMillis
                        && l.instantMillis() <= toMillis) {
                    try {
                        each.accept(TraceCodec.lookup(d.bytes(), d.bytes().length));
                    } catch (MalformedEvent e) {
                        skipped.incrementAndGet();
                    }
                }
            }
        }
    }
}
