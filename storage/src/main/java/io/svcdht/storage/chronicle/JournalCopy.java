package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.JournalTruncated;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongConsumer;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Copies a journal event by event, checking each, into files of their own: unlike a copy of the files, it needs nobody
 * to hold still and carries nothing half written.
 */
public final class JournalCopy {
    private JournalCopy() {}

    /** The instant of the file that an event belongs into. */
    private static final class FileClock implements TimeProvider {
        private long millis;

        @Override
        public long currentTimeMillis() {
            return millis;
        }
    }

    /**
     * Copies every retained event up to {@code upTo} and makes the copy durable.
     *
     * @param to an empty directory that exists
     * @param progress told the position now and then; may throw to give up
     * @return position of the first event copied
     * @throws JournalDamaged if the journal is not as it was written
     * @throws JournalTruncated if events were pruned meanwhile
     */
    public static long copy(ChronicleSource from, long upTo, Path to, LongConsumer progress) throws IOException {
        long first = from.firstPosition();
        FileClock clock = new FileClock();
        try (ChronicleReader reader = reader(from, first);
                ChronicleFiles copy =
                        new ChronicleFiles(to, from.chronicle().queue().rollCycle(), clock, false);
                ExcerptAppender appender = copy.queue().createAppender()) {
            long copied = first - 1;
            while (copied < upTo) {
                JournalEntry entry = reader.next();
                if (entry == null) {
                    throw new JournalDamaged(
                            from.chronicle().directory().toString(), copied + 1, "the event is not there");
                }
                clock.millis = from.chronicle().cycleMillis(entry.position());
                FrameBuffer frame = reader.frame();
                try (DocumentContext dc = appender.writingDocument()) {
                    Objects.requireNonNull(dc.wire()).bytes().write(frame.bytes(), 0, frame.length());
                }
                copied = entry.position();
                if (copied % 4096 == 0) {
                    progress.accept(copied);
                }
            }
        }
        if (first > 1) {
            PrunedMark.write(to, from.chronicle().begin());
        }
        try (DurableFile file = new DurableFile(to);
                DurableMark mark = new DurableMark(to)) {
            file.force();
            mark.write(upTo);
        }
        return first;
    }

    private static ChronicleReader reader(ChronicleSource from, long first) {
        return switch (from.read(first)) {
            case Read.From(JournalReader reader) -> (ChronicleReader) reader;
            case Read.Truncated(long now) -> throw new JournalTruncated(first, now);
        };
    }
}
