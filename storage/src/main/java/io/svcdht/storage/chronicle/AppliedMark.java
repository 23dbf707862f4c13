package io.svcdht.storage.chronicle;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * How far the map beside it is: written behind every event, after the event's entries.
 *
 * <pre>
 *  0 format u64 | 8 closed u64 (1 = in order) | 16 entries u64, of the map
 * 24 position u64 | 32 instant u64 ms | 40 node said u64 | 48 node 32 bytes | 80 generation u64, of the map
 *                                                                                       big-endian, 88 bytes
 * </pre>
 */
final class AppliedMark implements AutoCloseable {
    private static final long FORMAT = 0x7376_6364_6874_6D31L; // "svcdhtm1"
    private static final int CLOSED = 8;
    private static final int ENTRIES = 16;
    private static final int POSITION = 24;
    private static final int INSTANT = 32;
    private static final int NODE_SAID = 40;
    private static final int NODE = 48;
    private static final int GENERATION = 80;
    private static final int BYTES = 88;

    private final MappedByteBuffer bytes;
    private @Nullable NodeId written;

    AppliedMark(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            bytes = channel.map(MapMode.READ_WRITE, 0, BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException("the state's mark could not be opened", e);
        }
        written = node();
    }

    /** Whether the map was closed in order, with its size then; only such a one can be believed. */
    boolean trusted() {
        return bytes.getLong(0) == FORMAT && bytes.getLong(CLOSED) == 1;
    }

    long entries() {
        return bytes.getLong(ENTRIES);
    }

    long position() {
        return bytes.getLong(POSITION);
    }

    long instantMillis() {
        return bytes.getLong(INSTANT);
    }

    @Nullable
    NodeId node() {
        byte[] id = new byte[Key.BYTES];
        bytes.get(NODE, id);
        return bytes.getLong(NODE_SAID) == 1 ? new NodeId(Key.of(id)) : null;
    }

    /** A number no map here has had: one that is thrown away may still be open somewhere in this process. */
    long generation() {
        return bytes.getLong(GENERATION);
    }

    /** Begins anew, with the next generation. */
    void reset() {
        long next = generation() + 1;
        for (int i = 0; i < BYTES; i++) {
            bytes.put(i, (byte) 0);
        }
        bytes.putLong(0, FORMAT);
        bytes.putLong(GENERATION, next);
        written = null;
    }

    /** From now on the map is in doubt, until it is closed. */
    void opened() {
        bytes.putLong(CLOSED, 0);
        bytes.force();
    }

    void folded(long position, long instantMillis, @Nullable NodeId node) {
        if (node != null && !node.equals(written)) {
            bytes.put(NODE, node.key().bytes());
            bytes.putLong(NODE_SAID, 1);
            written = node;
        }
        bytes.putLong(POSITION, position);
        bytes.putLong(INSTANT, instantMillis);
    }

    /** Called when the map is closed and forced. */
    void closed(long entries) {
        bytes.putLong(ENTRIES, entries);
        bytes.force();
        bytes.putLong(CLOSED, 1);
    }

    @Override
    public void close() {
        bytes.force();
    }
}
