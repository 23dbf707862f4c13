package io.svcdht.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes a file's bytes real. A mapped file that only claims its length gets its blocks when a page is first touched,
 * and where there are none the process faults in the middle of a write, or loses it when the page is to be flushed.
 */
@FunctionalInterface
interface Blocks {
    /**
     * Gives blocks to the bytes {@code from} … {@code to} of a file, and to the file at least that length. What is
     * written there stays.
     *
     * @throws IOException if the volume has none left, or cannot be written
     */
    void make(Path file, long from, long to) throws IOException;

    /** The file system's own way where there is one, else zeros. */
    static Blocks ofThisMachine() {
        Fallocate f = Fallocate.find();
        return f == null ? Blocks::writeZeros : f;
    }

    /**
     * The way that works everywhere but costs a write: zeros over each page that reads as zeros. Nobody may write to
     * the range meanwhile.
     */
    static void writeZeros(Path file, long from, long to) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(4096);
        ByteBuffer zeros = ByteBuffer.allocate(4096);
        try (FileChannel c =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (long at = from; at < to; at += zeros.capacity()) {
                int length = (int) Math.min(zeros.capacity(), to - at);
                int read = Math.max(0, c.read(found.clear().limit(length), at));
                if (found.flip().equals(zeros.clear().limit(read))) {
                    c.write(zeros.clear().limit(length), at);
                }
            }
            // Until then the blocks may be no more than a promise of the page cache.
            c.force(true);
        }
    }
}
