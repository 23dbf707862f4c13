package io.svcdht.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.wire.Wires;
import org.jspecify.annotations.Nullable;

/**
 * One of the queue's files, read byte by byte without the queue, which takes damage for an end and waits for writers
 * that are gone.
 *
 * <pre>
 * 0      header   u32   length | metadata flag; then the queue's description of the file
 * …      header   u32   of each document, at a multiple of four; metadata are index pages
 * end    zeros, or the mark of the end and then zeros
 * </pre>
 */
final class QueueFile implements AutoCloseable {
    private static final int DESCRIPTION_BYTES_MAX = 4096;
    private static final byte[] DESCRIPTION = "SCQStore".getBytes(StandardCharsets.US_ASCII);
    private static final int WINDOW_BYTES = 1 << 18;

    private final FileChannel channel;
    private final long size;
    private ByteBuffer window =
            ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.nativeOrder()).limit(0);
    private long windowAt;
    private long at;
    private long documentAt;
    private byte[] document = new byte[512];
    private int length;
    private @Nullable String problem;

    QueueFile(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            size = channel.size();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Goes on from where a document's header begins, or ended; 0 = from the start. */
    void moveTo(long offset) {
        at = offset;
    }

    /** Where what follows the document begins. */
    long end() {
        return at;
    }

    /**
     * Whether anything stands where the next document is due. Costs nothing, where {@link #next} looks through all that
     * was set aside for what is still to come.
     */
    boolean goesOn() throws IOException {
        int header = intAt(at);
        return header != Wires.NOT_INITIALIZED && !Wires.isEndOfFile(header);
    }

    /** Goes to the next event's document; false at the end, or where {@link #problem} says why there is none. */
    boolean next() throws IOException {
        while (problem == null) {
            if (at == 0 && !skipDescription()) {
                return false;
            }
            int header = intAt(at);
            if (header == Wires.NOT_INITIALIZED) {
                return ends(FileEnd.isZero(channel, at));
            }
            if (Wires.isEndOfFile(header)) {
                return ends(FileEnd.isZeroBehindMark(channel, at));
            }
            long from = at + Integer.BYTES;
            int bytes = Wires.lengthOf(header);
            if (!Wires.isReady(header) || from + bytes > size) {
                problem = "the document header %08x cannot be one".formatted(header);
                return false;
            }
            documentAt = at;
            at = from + bytes + 3 & ~3L;
            if (!Wires.isReadyMetaData(header)) {
                take(from, bytes);
                return true;
            }
        }
        return false;
    }

    private boolean skipDescription() throws IOException {
        int header = intAt(0);
        int bytes = Wires.lengthOf(header);
        if (!Wires.isReadyMetaData(header) || bytes > DESCRIPTION_BYTES_MAX || bytes > size || !isDescription(bytes)) {
            problem = "it does not begin as a file of the journal";
            return false;
        }
        at = Integer.BYTES + bytes + 3 & ~3L;
        return true;
    }

    private boolean isDescription(int bytes) throws IOException {
        take(Integer.BYTES, bytes);
        return new String(document, 0, length, StandardCharsets.ISO_8859_1)
                .contains(new String(DESCRIPTION, StandardCharsets.US_ASCII));
    }

    private boolean ends(boolean clean) {
        documentAt = at;
        if (!clean) {
            problem = "nothing stands where an event is due, but something does behind it";
        }
        return false;
    }

    private void take(long from, int bytes) throws IOException {
        if (bytes > document.length) {
            document = new byte[Math.max(bytes, document.length * 2)];
        }
        if (bytes > WINDOW_BYTES) {
            channel.read(ByteBuffer.wrap(document, 0, bytes), from);
        } else {
            moveWindow(from, bytes);
            window.get((int) (from - windowAt), document, 0, Math.min(bytes, window.limit()));
        }
        length = bytes;
    }

    /** Beyond the file there is nothing, as in a page that was never written. */
    private int intAt(long offset) throws IOException {
        if (offset + Integer.BYTES > size) {
            return Wires.NOT_INITIALIZED;
        }
        moveWindow(offset, Integer.BYTES);
        return window.getInt((int) (offset - windowAt));
    }

    private void moveWindow(long from, int bytes) throws IOException {
        if (from >= windowAt && from + bytes <= windowAt + window.limit()) {
            return;
        }
        window.clear();
        windowAt = from;
        while (window.hasRemaining() && channel.read(window, windowAt + window.position()) > 0) {
            // A read may give less than was asked for.
        }
        window.flip();
    }

    byte[] document() {
        return document;
    }

    int length() {
        return length;
    }

    /** Where the document's header begins, or what stands in its place, bytes from the start of the file. */
    long offset() {
        return documentAt;
    }

    @Nullable
    String problem() {
        return problem;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
