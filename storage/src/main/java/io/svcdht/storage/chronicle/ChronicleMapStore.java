package io.svcdht.storage.chronicle;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.MappedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What records say in a Chronicle Map beside the journal, off the heap; how to find them in an index on the heap that is
 * made anew from the map when it is opened. It can always be rebuilt from the journal, so that whatever is in doubt is
 * thrown away: a map that was not closed in order, one of another size, one ahead of the journal.
 *
 * <pre>
 * state/
 *   applied           how far the map is, see AppliedMark
 *   records-G-N.map   one entry a record, the G-th map here, sized for N
 * </pre>
 */
public final class ChronicleMapStore extends MappedStore {
    private static final Logger LOG = LoggerFactory.getLogger(ChronicleMapStore.class);

    private final MapBodies bodies;
    private final AppliedMark mark;

    private ChronicleMapStore(MapBodies bodies, AppliedMark mark, long seed) {
        super(bodies, seed);
        this.bodies = bodies;
        this.mark = mark;
    }

    /**
     * Opens what is there, or begins anew where that is in doubt.
     *
     * @param directory of the map alone; made if it is missing
     * @param recordsExpected what the map is sized for
     * @param seed what hashes are mixed with
     */
    public static ChronicleMapStore open(Path directory, long recordsExpected, long seed) {
        try {
            Files.createDirectories(directory);
            AppliedMark mark = new AppliedMark(directory.resolve("applied"));
            long entries = recordsExpected;
            if (mark.trusted()
                    && mark.entries() >= recordsExpected
                    && Files.exists(MapBodies.file(directory, mark.generation(), mark.entries()))) {
                entries = mark.entries();
            } else {
                if (mark.position() > 0) {
                    LOG.warn("The state's map is in doubt and is made anew from the journal");
                }
                deleteMaps(directory);
                mark.reset();
            }
            mark.opened();
            ChronicleMapStore store =
                    new ChronicleMapStore(new MapBodies(directory, mark.generation(), entries), mark, seed);
            store.adoptBodies();
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException("the state's directory could not be opened", e);
        }
    }

    /**
     * Throws away what is there, for instance because the journal ends before it.
     *
     * @param directory of a map that is closed
     */
    public static void discard(Path directory) throws IOException {
        deleteMaps(directory);
        try (AppliedMark mark = new AppliedMark(directory.resolve("applied"))) {
            mark.reset();
        }
    }

    private static void deleteMaps(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "records-*.map")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** Position of the last event whose effect is in the map, 0 = none. */
    public long position() {
        return mark.position();
    }

    /**
     * The state as far as the map has it: the events behind its position are still to be folded in.
     *
     * @param routing contacts and bans, which a map does not hold, as they stand there or will be brought up to there
     * @param roots likewise
     */
    public State state(Routing routing, Roots roots) {
        return new State(this, mark.position(), mark.instantMillis(), mark.node(), routing, roots);
    }

    @Override
    public void folded(long position, long instantMillis, @Nullable NodeId node) {
        mark.folded(position, instantMillis, node);
    }

    /** Closes in order: the next to open it need not replay. */
    @Override
    public void close() {
        bodies.close();
        try (FileChannel map = FileChannel.open(bodies.file(), StandardOpenOption.WRITE)) {
            map.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("the state's map could not be made durable", e);
        }
        mark.closed(bodies.entries());
        mark.close();
    }
}
