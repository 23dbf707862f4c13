package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.journal.Frames;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.Seam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads files that were set aside, for people: each event that can be decoded, without asking what stood before it.
 * What cannot is passed over, and a file ends where its documents do.
 */
public final class AsideReader implements JournalReader {
    private final Iterator<Path> files;
    private @Nullable QueueFile file;

    private AsideReader(List<Path> files) {
        this.files = files.iterator();
    }

    /** @param aside a directory that holds files of a journal, or one such file */
    public static AsideReader open(Path aside) throws IOException {
        List<Path> files = Files.isRegularFile(aside) ? List.of(aside) : CycleNames.filesOf(aside);
        if (files.isEmpty()) {
            throw new NoSuchFileException(aside.toString(), null, "there is no file of a journal");
        }
        return new AsideReader(files);
    }

    @Override
    public @Nullable JournalEntry next() {
        try {
            while (true) {
                if (file != null && file.next()) {
                    try {
                        return Frames.onTrust(file.document(), file.length());
                    } catch (MalformedEvent e) {
                        continue;
                    }
                }
                close();
                if (!files.hasNext()) {
                    return null;
                }
                file = new QueueFile(files.next());
            }
        } catch (IOException e) {
            throw new JournalUnavailable("a file set aside cannot be read: " + e, e);
        }
    }

    @Override
    public Seam seam() {
        throw new IllegalStateException("nothing goes on behind files that were set aside");
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
                file = null;
            }
        } catch (IOException e) {
            throw new JournalUnavailable("a file set aside could not be closed", e);
        }
    }
}
