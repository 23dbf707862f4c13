package io.svcdht.storage.checkpoint;

import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.event.RoutingCodec;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.StateDigest;
import io.svcdht.storage.state.StoredRecord;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's file, mapped: looked into block by block, never loaded. Any number of threads may read it until it is
 * closed. See {@link Layout} for its bytes.
 */
public final class Checkpoint implements AutoCloseable {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int CRC_CHUNK = 1 << 16;

    private final Path path;
    private final Arena arena;
    private final MemorySegment file;
    private final CheckpointInfo info;
    private final long indexAt;
    private final int blocks;
    /** A bit a block whose checksum was right. Threads may lose each other's: such a block is checked once more. */
    private final long[] rightBlocks;

    private Checkpoint(Path path, Arena arena, MemorySegment file, CheckpointInfo info, long indexAt, int blocks) {
        this.path = path;
        this.arena = arena;
        this.file = file;
        this.info = info;
        this.indexAt = indexAt;
        this.blocks = blocks;
        this.rightBlocks = new long[(blocks + Long.SIZE - 1) / Long.SIZE];
    }

    /**
     * Maps a file and checks header, footer and index; blocks are checked when they are looked into.
     *
     * @throws CheckpointDamaged if it is no whole checkpoint of this version
     * @throws IOException if it cannot be read
     */
    public static Checkpoint open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return checked(path, arena, file);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static Checkpoint checked(Path path, Arena arena, MemorySegment file) {
        long size = file.byteSize();
        if (size < Layout.HEADER_BYTES_MIN + Layout.FOOTER_BYTES || file.get(U64, 0) != Layout.MAGIC) {
            throw new CheckpointDamaged(path, "it does not begin as a checkpoint does");
        }
        int version = file.get(U32, 8);
        if (version != Layout.VERSION && version != Layout.VERSION_ROOTS) {
            throw new CheckpointDamaged(
                    path, "it is of version %d; this build reads 1 to %d".formatted(version, Layout.VERSION_ROOTS));
        }
        long footer = size - Layout.FOOTER_BYTES;
        if (file.get(U64, size - 8) != Layout.MAGIC_END
                || file.get(U32, size - 12) != crcOf(file, footer, Layout.FOOTER_BYTES - 12)) {
            throw new CheckpointDamaged(path, "it was not written to its end, or its end was changed");
        }
        int open = file.get(U32, Layout.OPEN_BLOCK_AT);
        long routingAt = Layout.OPEN_BLOCK_AT + 4L + open;
        int routing = open < 0 || routingAt + 8 > footer ? -1 : file.get(U32, routingAt);
        long rootsAt = routing < 0 ? -1 : routingAt + 4 + routing;
        int roots = version == Layout.VERSION ? 0 : rootsAt < 0 || rootsAt + 8 > footer ? -1 : file.get(U32, rootsAt);
        long headerEnd = version == Layout.VERSION ? rootsAt : rootsAt + 4 + roots;
        if (routing < 0
                || roots < 0
                || headerEnd + 4 > footer
                || file.get(U32, headerEnd) != crcOf(file, 0, headerEnd)) {
            throw new CheckpointDamaged(path, "its header is not as it was written");
        }
        if (file.get(U32, size - 16) != file.get(U32, headerEnd)) {
            throw new CheckpointDamaged(path, "header and footer are not of one checkpoint");
        }
        long indexAt = file.get(U64, footer);
        int blocks = file.get(U32, footer + 8);
        if (indexAt < headerEnd + 4
                || blocks < 0
                || indexAt + (long) blocks * Layout.INDEX_ENTRY_BYTES != footer
                || file.get(U32, footer + 12) != crcOf(file, indexAt, footer - indexAt)) {
            throw new CheckpointDamaged(path, "its index is not as it was written");
        }
        try {
            return new Checkpoint(path, arena, file, info(file, footer, open, routing, roots), indexAt, blocks);
        } catch (MalformedEvent | IllegalArgumentException e) {
            throw new CheckpointDamaged(path, "its contacts or bans cannot be read: " + e.getMessage(), e);
        }
    }

    private static CheckpointInfo info(MemorySegment file, long footer, int open, int routing, int roots) {
        byte[] openBlock = file.asSlice(Layout.OPEN_BLOCK_AT + 4L, open).toArray(ValueLayout.JAVA_BYTE);
        NodeId node = file.get(ValueLayout.JAVA_BYTE, 28) == 0 ? null : new NodeId(key(file, 29));
        Seam seam = new Seam(file.get(U64, 12), file.get(U32, 61), key(file, 65), openBlock, file.get(U64, 97));
        byte[] known = file.asSlice(Layout.OPEN_BLOCK_AT + 8L + open, routing).toArray(ValueLayout.JAVA_BYTE);
        byte[] proofs = roots == 0
                ? new byte[0]
                : file.asSlice(Layout.OPEN_BLOCK_AT + 12L + open + routing, roots)
                        .toArray(ValueLayout.JAVA_BYTE);
        return new CheckpointInfo(
                seam,
                file.get(U64, 20),
                node,
                Routing.of(node, RoutingCodec.decodeAll(known)),
                Roots.decode(proofs),
                key(file, footer + 48),
                file.get(U64, footer + 16),
                file.get(U64, footer + 24),
                file.get(U64, footer + 32),
                file.get(U64, footer + 40),
                file.byteSize());
    }

    public CheckpointInfo info() {
        return info;
    }

    public Path path() {
        return path;
    }

    /** What looks up one content id after the other. */
    public Finder finder() {
        return new Finder();
    }

    /** A walk over the entries in their order, from the first key behind the given one. */
    public Cursor after(@Nullable Key key) {
        return key == null ? new Cursor(true) : new Cursor(key);
    }

    /**
     * Reads all of it: every block's checksum, the order, the counts and the digest.
     *
     * @throws CheckpointDamaged at the first thing that is wrong
     */
    public void verify() {
        StateDigest.Running digest = StateDigest.running();
        StoredRecord before = null;
        long records = 0;
        long all = 0;
        for (Cursor c = after(null); c.key() != null; c.advance()) {
            StoredRecord r = c.entry();
            if (before != null && EntryOrder.OF_ALL.compare(before, r) >= 0) {
                throw new CheckpointDamaged(path, "entry %d is out of order: %s".formatted(all + 1, r));
            }
            before = r;
            digest.add(r);
            records += r.tombstone() ? 0 : 1;
            all++;
        }
        if (records != info.records() || all - records != info.tombstones()) {
            throw new CheckpointDamaged(
                    path,
                    "it holds %d records and %d tombstones, but says %d and %d"
                            .formatted(records, all - records, info.records(), info.tombstones()));
        }
        Key derived = digest.finish(info.routing(), info.roots());
        if (!derived.equals(info.digest())) {
            throw new CheckpointDamaged(
                    path, "its entries come to the digest %s, but it says %s".formatted(derived, info.digest()));
        }
    }

    private static Key key(MemorySegment file, long at) {
        return new Key(file.get(U64, at), file.get(U64, at + 8), file.get(U64, at + 16), file.get(U64, at + 24));
    }

    private static int crcOf(MemorySegment file, long from, long length) {
        CRC32C crc = new CRC32C();
        byte[] chunk = new byte[(int) Math.min(CRC_CHUNK, length)];
        for (long done = 0; done < length; ) {
            int n = (int) Math.min(chunk.length, length - done);
            MemorySegment.copy(file, ValueLayout.JAVA_BYTE, from + done, chunk, 0, n);
            crc.update(chunk, 0, n);
            done += n;
        }
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        arena.close();
    }

    /** Looks into one block after the other, and twice into the same without loading it again. For one thread. */
    public final class Finder {
        private final Cursor cursor = new Cursor(false);

        private Finder() {}

        /** All that is in the file about one content id, in order of (publisher, locator). */
        public Holders holdersOf(Key key) {
            cursor.moveTo(key);
            if (!key.equals(cursor.key())) {
                return new Holders(key, List.of());
            }
            List<StoredRecord> held = new ArrayList<>(1);
            while (key.equals(cursor.key())) {
                held.add(cursor.entry());
                cursor.advance();
            }
            return new Holders(key, held);
        }
    }

    /** Stands on one entry, or behind the last. For one thread. */
    public final class Cursor {
        private final Block block = new Block(info.position(), info.instantMillis());
        private int blockIndex = -1;
        private int entry;
        private @Nullable Key key;

        /** @param onFirst whether on the first entry, else nowhere until it is moved */
        private Cursor(boolean onFirst) {
            if (onFirst) {
                nextBlock();
            }
        }

        private Cursor(Key behind) {
            moveTo(behind);
            while (behind.equals(key)) {
                advance();
            }
        }

        /** Moves to the first entry of the key, or behind its last. */
        private void moveTo(Key wanted) {
            int before = blockBefore(wanted);
            if (before < 0) {
                blockIndex = -1;
                nextBlock();
                return;
            }
            if (before != blockIndex) {
                blockIndex = before;
                load();
            }
            try {
                entry = block.firstNotBefore(wanted);
            } catch (IndexOutOfBoundsException e) {
                throw damaged("its entries", e);
            }
            settle();
        }

        /** The key of the entry it stands on, null behind the last. */
        public @Nullable Key key() {
            return key;
        }

        /** The entry it stands on. */
        public StoredRecord entry() {
            try {
                return block.entry(entry);
            } catch (MalformedEvent | IllegalArgumentException | IndexOutOfBoundsException e) {
                throw damaged("entry " + entry, e);
            }
        }

        private CheckpointDamaged damaged(String what, RuntimeException e) {
            return new CheckpointDamaged(path, "%s of block %d: %s".formatted(what, blockIndex, e), e);
        }

        /** A block may have the right sum and yet not be as a node writes it: imports bring files of strangers. */
        private Key keyOfEntry() {
            try {
                return block.keyOf(entry);
            } catch (IndexOutOfBoundsException e) {
                throw damaged("the key of entry " + entry, e);
            }
        }

        public void advance() {
            entry++;
            settle();
        }

        private void settle() {
            if (entry < block.count()) {
                key = keyOfEntry();
            } else {
                nextBlock();
            }
        }

        private void nextBlock() {
            blockIndex++;
            if (blockIndex >= blocks) {
                key = null;
                return;
            }
            load();
            entry = 0;
            key = keyOfEntry();
        }

        private void load() {
            long at = indexAt + (long) blockIndex * Layout.INDEX_ENTRY_BYTES;
            int word = blockIndex / Long.SIZE;
            long bit = 1L << blockIndex;
            long from = file.get(U64, at + 32);
            int length = file.get(U32, at + 40);
            if (length < 0 || from < 0 || from > indexAt - length) {
                throw new CheckpointDamaged(
                        path, "block %d is said to be %d bytes at byte %d".formatted(blockIndex, length, from));
            }
            try {
                block.load(file, from, length);
                if ((rightBlocks[word] & bit) == 0) {
                    block.check(file.get(U32, at + 44));
                    rightBlocks[word] |= bit;
                }
                block.begin();
            } catch (MalformedEvent e) {
                throw new CheckpointDamaged(path, String.valueOf(e.getMessage()), e);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw damaged("what is shared", e);
            }
        }

        /** The last block whose first key is less than the wanted one: a key's entries may begin at its end. */
        private int blockBefore(Key wanted) {
            int low = 0;
            int high = blocks;
            if (blockIndex >= 0 && blockIndex < blocks && beginsBefore(blockIndex, wanted)) {
                // Who asks in the order of keys wants this block or one near by: doubled steps instead of all of the
                // index.
                low = blockIndex + 1;
                for (int step = 1, at = low; at < high; at = low + step, step *= 2) {
                    if (!beginsBefore(at, wanted)) {
                        high = at;
                        break;
                    }
                    low = at + 1;
                }
            }
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (beginsBefore(middle, wanted)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }

        private boolean beginsBefore(int block, Key wanted) {
            return Checkpoint.key(file, indexAt + (long) block * Layout.INDEX_ENTRY_BYTES)
                            .compareTo(wanted)
                    < 0;
        }
    }
}
