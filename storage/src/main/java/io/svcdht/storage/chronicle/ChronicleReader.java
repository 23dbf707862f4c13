package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.Seam;
import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.queue.ExcerptTailer;
import org.jspecify.annotations.Nullable;

/** Walks the documents behind a given frame. */
final class ChronicleReader implements JournalReader {
    private final ChronicleFiles files;
    private final ExcerptTailer tailer;
    private final Frames frames;
    private final FrameBuffer buffer = new FrameBuffer();
    private long bytes;
    private long lastEnd;
    private int lastCycle = Integer.MIN_VALUE;

    /** @param bytesBefore what the events before it take as stored, where that is known */
    ChronicleReader(ChronicleFiles files, ExcerptTailer tailer, Frames frames, long bytesBefore) {
        this.files = files;
        this.tailer = tailer;
        this.frames = frames;
        this.bytes = bytesBefore;
    }

    /** Where the reader stands; a writer takes over from here. */
    Frames frames() {
        return frames;
    }

    /** The frame of the event last returned, until the next. */
    FrameBuffer frame() {
        return buffer;
    }

    /** Bytes up to the last event read, with the four of each document's header. */
    long bytes() {
        return bytes;
    }

    /** Whether nothing stands behind the last event that was read, in its file or in a newer one, nor once stood. */
    boolean endsCleanly() throws IOException {
        int last = files.queue().lastCycle();
        if (last == Integer.MIN_VALUE) {
            return true;
        }
        Path file = Path.of(files.fileName(last));
        return last == lastCycle
                ? files.writePosition(last) < lastEnd && FileEnd.isClean(file, lastEnd)
                : FileEnd.isClean(file, 0);
    }

    @Override
    public @Nullable JournalEntry next() {
        try {
            if (!buffer.readFrom(tailer)) {
                return null;
            }
            JournalEntry entry = frames.read(buffer.bytes(), buffer.length());
            bytes += buffer.length() + 4L;
            lastEnd = buffer.end();
            lastCycle = tailer.cycle();
            return entry;
        } catch (MalformedEvent e) {
            throw new JournalDamaged(
                    files.fileName(tailer.cycle()), frames.position() + 1, String.valueOf(e.getMessage()));
        } catch (Exception | InternalError | AssertionError e) {
            throw files.unreadable(files.directory().toString(), frames.position() + 1, e);
        }
    }

    @Override
    public Seam seam() {
        return frames.seam(bytes);
    }

    @Override
    public void close() {
        tailer.close();
    }
}
