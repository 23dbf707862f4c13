package io.svcdht.storage.chronicle;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.Wires;

/**
 * What a kill in the middle of a roll leaves: a newest file whose first header was never finished. Nothing can have
 * been appended to it, and every reader would wait for ever for the writer that is gone.
 */
final class HalfMadeFile {
    /** Where a file's events begin at the earliest is behind its header; that lies within the first page. */
    private static final int HEADER_BYTES_MAX = 4096;

    private HalfMadeFile() {}

    /**
     * Removes such a file. To be called by who holds the directory, before the queue is opened.
     *
     * @throws JournalDamaged if a file has no header but may hold events
     */
    static void clear(Path journal) throws IOException {
        List<Path> files = filesOf(journal);
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            if (hasHeader(file)) {
                continue;
            }
            boolean newest = i == files.size() - 1;
            if (newest && isEmptyBehindHeader(file)) {
                Files.delete(file);
            } else if (newest && (firstWord(file) & Wires.NOT_COMPLETE) != 0) {
                // The queue's own index pages come before the header is finished, events only after it.
                Files.move(file, journal.resolve(file.getFileName() + ".torn"), StandardCopyOption.REPLACE_EXISTING);
            } else {
                throw new JournalDamaged(file.toString(), 0, "its first header is destroyed");
            }
            DataDirectory.forceDirectory(journal);
        }
    }

    /** Whether the newest file has no finished header, for which Chronicle would wait as long as a writer may take. */
    static boolean isNewest(Path journal) throws IOException {
        List<Path> files = filesOf(journal);
        return !files.isEmpty() && !hasHeader(files.getLast());
    }

    private static List<Path> filesOf(Path journal) throws IOException {
        if (!Files.isDirectory(journal)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(journal)) {
            return all.filter(p -> p.toString().endsWith(SingleChronicleQueue.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static boolean hasHeader(Path file) throws IOException {
        return Wires.isReady(firstWord(file));
    }

    private static int firstWord(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ)) {
            return c.read(header, 0) == Integer.BYTES ? header.getInt(0) : 0;
        }
    }

    private static boolean isEmptyBehindHeader(Path file) throws IOException {
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ)) {
            return FileEnd.isZero(c, HEADER_BYTES_MAX);
        }
    }
}
