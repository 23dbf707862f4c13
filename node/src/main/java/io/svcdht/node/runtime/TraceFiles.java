package io.svcdht.node.runtime;

import io.svcdht.storage.chronicle.TraceArchive;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.trace.LookupRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A data directory's traces for tools, to read beside a running node. */
public final class TraceFiles {
    private TraceFiles() {}

    /**
     * Every lookup that ended in a span, in the order of the files.
     *
     * @param toMillis the last instant, since the epoch
     * @return traces that could not be read
     */
    public static long lookups(Path dataDirectory, long fromMillis, long toMillis, Consumer<LookupRecord> each)
            throws IOException {
        return TraceArchive.lookups(DataDirectory.tracesOf(dataDirectory), fromMillis, toMillis, each);
    }
}
