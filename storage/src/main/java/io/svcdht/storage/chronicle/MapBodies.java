package io.svcdht.storage.chronicle;

import io.svcdht.storage.state.heap.Bodies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.map.ChronicleMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bodies in a Chronicle Map file, one entry a record. When it is full a larger one takes its place. */
final class MapBodies implements Bodies, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MapBodies.class);
    /** What a record with one short locator takes. */
    private static final int BODY_BYTES_TYPICAL = 112;
    /** How far beyond its sizing a map may be filled, at the price of speed. */
    private static final double BLOAT_MAX = 2.0;

    private final Path directory;
    /** Read by readers while the writer replaces it. */
    private volatile ChronicleMap<Integer, byte[]> map;

    private long entries;
    /** Closed at the end: a reader may still be in the middle of one. */
    private final List<ChronicleMap<Integer, byte[]>> outgrown = new ArrayList<>();

    private final long generation;

    MapBodies(Path directory, long generation, long entries) {
        this.directory = directory;
        this.generation = generation;
        this.entries = entries;
        map = open(entries);
    }

    static Path file(Path directory, long generation, long entries) {
        return directory.resolve("records-" + generation + "-" + entries + ".map");
    }

    private ChronicleMap<Integer, byte[]> open(long size) {
        try {
            return ChronicleMap.of(Integer.class, byte[].class)
                    .name("records")
                    .entries(size)
                    .averageValueSize(BODY_BYTES_TYPICAL)
                    .maxBloatFactor(BLOAT_MAX)
                    // What stood there before is never asked for, and a sum for each entry is of use only to a
                    // recovery.
                    .putReturnsNull(true)
                    .removeReturnsNull(true)
                    .checksumEntries(false)
                    .skipCloseOnExitHook(true)
                    .createPersistedTo(file(directory, generation, size).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("the state's map could not be opened", e);
        }
    }

    Path file() {
        return file(directory, generation, entries);
    }

    /** What it is sized for now. */
    long entries() {
        return entries;
    }

    @Override
    public void put(int slot, byte[] body) {
        while (true) {
            try {
                map.put(slot, body);
                return;
            } catch (IllegalStateException | IllegalArgumentException e) {
                // The one says that it is full, the other that an entry is too large for its segments.
                grow(e);
            }
        }
    }

    private void grow(RuntimeException why) {
        LOG.warn(
                "The state's map for {} records is full and is copied into a larger one: {}",
                entries,
                why.getMessage());
        ChronicleMap<Integer, byte[]> larger = open(entries * 2);
        map.forEach(larger::put);
        outgrown.add(map);
        map = larger;
        entries *= 2;
    }

    @Override
    public byte @Nullable [] get(int slot) {
        return map.get(slot);
    }

    @Override
    public void remove(int slot) {
        map.remove(slot);
    }

    @Override
    public void forEach(Visitor visitor) {
        map.forEach(visitor::body);
    }

    @Override
    public void close() {
        map.close();
        outgrown.forEach(ChronicleMap::close);
        try (var files = Files.newDirectoryStream(directory, "records-*.map")) {
            for (Path file : files) {
                if (!file.equals(file())) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an outgrown map could not be removed", e);
        }
    }
}
