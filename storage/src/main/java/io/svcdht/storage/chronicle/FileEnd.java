package io.svcdht.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.wire.Wires;

/**
 * What stands in a queue's file behind the last event that can be read. An intact file has index pages of the queue
 * there, perhaps the mark of its end, and then nothing but zeros; anything else is the rest of an event that was being
 * written, over which later events would be appended where no reader comes.
 */
final class FileEnd {
    private static final int PAGE_BYTES = 1 << 16;
    private static final int MARK_TEXT = ByteBuffer.wrap(new byte[] {(byte) 0xC3, 'E', 'O', 'F'})
            .order(ByteOrder.nativeOrder())
            .getInt();

    private FileEnd() {}

    /** @param end where the last event that can be read ends, bytes from the start of the file */
    static boolean isClean(Path file, long end) throws IOException {
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ)) {
            long at = aligned(end);
            for (int header = intAt(c, at); header != Wires.NOT_INITIALIZED; header = intAt(c, at)) {
                if (Wires.isEndOfFile(header)) {
                    return isZeroBehindMark(c, at);
                }
                if (!Wires.isReadyMetaData(header)) {
                    return false;
                }
                at = aligned(at + Integer.BYTES + Wires.lengthOf(header));
            }
            return isZero(c, at);
        }
    }

    /** The queue spells its mark out once more, in four bytes behind it. */
    static boolean isZeroBehindMark(FileChannel c, long mark) throws IOException {
        long behind = mark + Integer.BYTES;
        return isZero(c, intAt(c, behind) == MARK_TEXT ? behind + Integer.BYTES : behind);
    }

    /** Every document begins at a multiple of four. */
    private static long aligned(long offset) {
        return offset + 3 & ~3L;
    }

    private static int intAt(FileChannel c, long at) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        return c.read(word, at) == Integer.BYTES ? word.getInt(0) : Wires.NOT_INITIALIZED;
    }

    static boolean isZero(FileChannel c, long from) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        for (long at = from; c.read(page.clear(), at) > 0; at += page.position()) {
            for (int i = 0; i < page.position(); i++) {
                if (page.get(i) != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
