package io.svcdht.storage.chronicle;

import io.svcdht.storage.journal.Frames;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;

/** The bytes of one document, in an array that is used again. */
final class FrameBuffer {
    private byte[] bytes = new byte[512];
    private int length;
    private long end;

    /** Whether there was a document to read. */
    boolean readFrom(ExcerptTailer tailer) {
        try (DocumentContext dc = tailer.readingDocument()) {
            if (!dc.isPresent()) {
                return false;
            }
            var in = dc.wire().bytes();
            length = (int) in.readRemaining();
            end = in.readLimit();
            if (length > bytes.length) {
                bytes = new byte[Math.max(length, bytes.length * 2)];
            }
            in.read(bytes, 0, length);
            return true;
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Where in its file the document ends. */
    long end() {
        return end;
    }

    long position() {
        return Frames.positionOf(bytes, length);
    }
}
