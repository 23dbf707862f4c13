package io.svcdht.storage.chronicle;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.Seam;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Where a pruned journal begins: the file {@code pruned} beside the queue's. It is on the medium before the first file
 * is dropped, so that a journal whose beginning is missing can be told from one whose beginning was given up, and a
 * prune that was cut short goes on at the next start.
 *
 * <pre>
 * first position, 20 digits | checksum of the event before it, 8 hex digits | bytes of all events before it, 20 digits
 * | CRC-32C of the text before it, 8 hex digits        parted by single spaces, ended by a line feed
 * </pre>
 */
final class PrunedMark {
    /** A journal that has all its events. */
    static final Begin WHOLE = new Begin(1, 0, 0);

    static final String FILE = "pruned";
    static final String FRESH = FILE + ".new";

    private static final int WORDS = 4;

    private PrunedMark() {}

    /**
     * @param first position of the first event kept
     * @param crcBefore checksum of the event before it
     * @param bytesBefore what all events before it took as stored
     */
    record Begin(long first, int crcBefore, long bytesBefore) {
        static Begin behind(Seam seam) {
            return new Begin(seam.position() + 1, seam.crc(), seam.journalBytes());
        }

        /** Stands before the first event kept. */
        Frames frames() {
            return first == 1 ? Frames.fromStart() : Frames.behind(first - 1, crcBefore);
        }
    }

    /**
     * The mark of a journal.
     *
     * @throws IOException if it is there and cannot be read, or is not as it was written
     */
    static Begin read(Path journal) throws IOException {
        Path file = journal.resolve(FILE);
        if (!Files.exists(file)) {
            return WHOLE;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        String[] words = text.strip().split(" ", -1);
        int body = text.lastIndexOf(' ');
        try {
            if (words.length == WORDS && Integer.parseUnsignedInt(words[3], 16) == crcOf(text.substring(0, body))) {
                return new Begin(
                        Long.parseLong(words[0]), Integer.parseUnsignedInt(words[1], 16), Long.parseLong(words[2]));
            }
        } catch (NumberFormatException e) {
            throw new IOException(file + " is not as it was written", e);
        }
        throw new IOException(file + " is not as it was written");
    }

    static void write(Path journal, Begin begin) throws IOException {
        String body = "%020d %08x %020d".formatted(begin.first(), begin.crcBefore(), begin.bytesBefore());
        String text = "%s %08x%n".formatted(body, crcOf(body));
        Path fresh = journal.resolve(FRESH);
        try (FileChannel c = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            c.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            c.force(true);
        }
        Files.move(fresh, journal.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DataDirectory.forceDirectory(journal);
    }

    private static int crcOf(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return (int) crc.getValue();
    }
}
