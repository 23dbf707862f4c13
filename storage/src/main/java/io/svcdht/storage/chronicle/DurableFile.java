package io.svcdht.storage.chronicle;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalUnavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.jspecify.annotations.Nullable;

/** The newest file of the journal, held open to be forced. A roll forces the files before it first. */
final class DurableFile implements AutoCloseable {
    private final Path directory;
    private @Nullable Path path;
    private @Nullable FileChannel channel;
    private int cycle = Integer.MIN_VALUE;

    DurableFile(Path directory) {
        this.directory = directory;
    }

    /** Forces all that was written into files up to the given cycle's. */
    void forceUpTo(int currentCycle) throws IOException {
        FileChannel open = channel;
        if (open != null && currentCycle == cycle) {
            open.force(false);
            return;
        }
        force();
        cycle = currentCycle;
    }

    /** Forces every file not known to be complete, their names, and keeps the newest open. */
    void force() throws IOException {
        for (Path file : filesFrom(path)) {
            close();
            FileChannel opened = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = opened;
            path = file;
            opened.force(true);
        }
        Path metadata = directory.resolve(SingleChronicleQueue.QUEUE_METADATA_FILE);
        try (FileChannel c = FileChannel.open(metadata, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            c.force(true);
        }
        DataDirectory.forceDirectory(directory);
    }

    /** The names of the files sort as their cycles do. */
    private List<Path> filesFrom(@Nullable Path first) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(p -> p.toString().endsWith(SingleChronicleQueue.SUFFIX))
                    .filter(p -> first == null || p.compareTo(first) >= 0)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new JournalUnavailable("journal file " + path + " could not be closed", e);
        }
    }
}
