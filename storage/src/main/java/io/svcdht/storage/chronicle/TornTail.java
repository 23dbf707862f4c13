package io.svcdht.storage.chronicle;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * What a power cut leaves behind the last force: some pages of the events after it reached the medium and some did
 * not. Nobody was told of those events. The file is written anew up to the last whole event; what was there stays
 * beside it under {@code .torn}, for whoever wants to look.
 */
final class TornTail {
    private TornTail() {}

    /**
     * Ends the journal at {@code lastWhole}. The queue must be closed afterwards and opened again: its files were
     * replaced.
     *
     * @param clock shows a time in the cycle of the last whole event
     */
    static void cut(ChronicleFiles files, TimeProvider clock, long lastWhole) throws IOException {
        Path journal = files.directory();
        Path work = journal.resolveSibling("repair");
        delete(work);
        Files.createDirectories(work);
        // The queue's own cycle: an existing journal keeps the one it was begun with.
        RollCycle rollCycle = files.queue().rollCycle();
        try (ChronicleFiles fresh = new ChronicleFiles(work, rollCycle, clock, false)) {
            copy(files, fresh, lastWhole);
        }
        Path rebuilt = queueFiles(work).getLast();
        try (FileChannel c = FileChannel.open(rebuilt, StandardOpenOption.WRITE)) {
            c.force(true);
        }
        String name = rebuilt.getFileName().toString();
        for (Path old : queueFiles(journal)) {
            if (old.getFileName().toString().compareTo(name) >= 0) {
                Path aside = journal.resolve(old.getFileName() + ".torn");
                Files.deleteIfExists(aside);
                Files.createLink(aside, old);
            }
        }
        Files.move(rebuilt, journal.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        for (Path old : queueFiles(journal)) {
            if (old.getFileName().toString().compareTo(name) > 0) {
                Files.delete(old);
            }
        }
        DataDirectory.forceDirectory(journal);
        delete(work);
    }

    /** The same from a file that the queue may stumble over. */
    static void copy(QueueFile from, ChronicleFiles to, long lastWhole) throws IOException {
        try (ExcerptAppender appender = to.queue().createAppender()) {
            do {
                if (!from.next()) {
                    throw new IllegalStateException("event %d was read before and is gone".formatted(lastWhole));
                }
                try (DocumentContext dc = appender.writingDocument()) {
                    Objects.requireNonNull(dc.wire()).bytes().write(from.document(), 0, from.length());
                }
            } while (Frames.positionOf(from.document(), from.length()) < lastWhole);
        }
    }

    private static void copy(ChronicleFiles from, ChronicleFiles to, long lastWhole) {
        FrameBuffer frame = new FrameBuffer();
        try (ExcerptTailer tailer = from.tailerAtCycleOf(lastWhole);
                ExcerptAppender appender = to.queue().createAppender()) {
            do {
                if (!frame.readFrom(tailer)) {
                    throw new IllegalStateException("event %d was read before and is gone".formatted(lastWhole));
                }
                try (DocumentContext dc = appender.writingDocument()) {
                    Objects.requireNonNull(dc.wire()).bytes().write(frame.bytes(), 0, frame.length());
                }
            } while (frame.position() < lastWhole);
        }
    }

    private static List<Path> queueFiles(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(p -> p.toString().endsWith(SingleChronicleQueue.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
