package io.svcdht.storage.checkpoint;

import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.StoredRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One block of a checkpoint, copied out of the map and checked; used again for the next. For one thread. */
final class Block {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long position;
    private final long instantMillis;
    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[4 * Layout.BLOCK_BYTES];
    private int length;
    private long fileOffset;
    private int count;
    private int locatorAt;
    private int entriesAt;
    private int at;
    private @Nullable NodeId publisher;
    private @Nullable String locator;

    /** @param position of the checkpoint, and its instant, from which entries count */
    Block(long position, long instantMillis) {
        this.position = position;
        this.instantMillis = instantMillis;
    }

    /** Takes another block in, on trust. */
    void load(MemorySegment file, long offset, int blockLength) {
        if (blockLength > bytes.length) {
            bytes = new byte[Math.max(blockLength, 2 * bytes.length)];
        }
        length = blockLength;
        fileOffset = offset;
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
    }

    /** @throws MalformedEvent if its checksum is not the given one */
    void check(int blockCrc) {
        crc.reset();
        crc.update(bytes, 0, length);
        if ((int) crc.getValue() != blockCrc) {
            throw new MalformedEvent("the block at byte %d has the CRC %08x, should be %08x"
                    .formatted(fileOffset, (int) crc.getValue(), blockCrc));
        }
    }

    /** Reads what its entries share. */
    void begin() {
        count = u16(length - 2);
        at = 0;
        Key key = key();
        if (publisher == null || !publisher.key().equals(key)) {
            publisher = new NodeId(key);
        }
        locator = null;
        locatorAt = at;
        skipText();
        entriesAt = at;
    }

    int count() {
        return count;
    }

    /** Index of the first entry of this key or a greater one; the count where there is none. */
    int firstNotBefore(Key key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (keyAt(startOf(middle)).compareTo(key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    Key keyOf(int entry) {
        return keyAt(startOf(entry));
    }

    StoredRecord entry(int entry) {
        at = startOf(entry);
        Key key = key();
        int flags = bytes[at++];
        if ((flags & ~Layout.FLAGS_ALL) != 0) {
            throw new MalformedEvent("entry flags %#x".formatted(flags));
        }
        NodeId by = (flags & Layout.BLOCK_PUBLISHER) != 0 && publisher != null ? publisher : new NodeId(key());
        ContentId cid = (flags & Layout.OWN_TEXT) != 0 ? new ContentId(text(), key) : ContentId.of(key);
        String where = (flags & Layout.BLOCK_LOCATOR) != 0 ? sharedLocator() : text();
        List<String> addrs = (flags & Layout.ADDRS) != 0 ? addrs() : List.of();
        int ttlSeconds = (int) varint();
        long issuedAt = instantMillis + signed();
        long endsAt = issuedAt + ttlSeconds * 1000L + signed();
        long toldAt = position - varint();
        Proof proof = (flags & Layout.PROOF) == 0 ? null : proof();
        ProviderRecord record = new ProviderRecord(cid, by, where, addrs, ttlSeconds, issuedAt, proof);
        return new StoredRecord(record, toldAt, endsAt, (flags & Layout.TOMBSTONE) != 0);
    }

    /** Made when it is first asked for: mostly one entry of a block is wanted. */
    private String sharedLocator() {
        String shared = locator;
        if (shared == null) {
            int here = at;
            at = locatorAt;
            shared = text();
            locator = shared;
            at = here;
        }
        return shared;
    }

    private Proof proof() {
        NodeKeys keys = NodeKeys.of(key(), key());
        int n = (int) varint();
        if (n < 0 || n > length - at) {
            throw new MalformedEvent("signatures of %d bytes where %d are left".formatted(n, length - at));
        }
        at += n;
        return new Proof(keys, Arrays.copyOfRange(bytes, at - n, at));
    }

    private List<String> addrs() {
        int n = (int) varint();
        // Each takes a byte at least.
        if (n < 0 || n > length - at) {
            throw new MalformedEvent("%d addresses where %d bytes are left".formatted(n, length - at));
        }
        List<String> addrs = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            addrs.add(text());
        }
        return addrs;
    }

    private int startOf(int entry) {
        return entriesAt + u16(length - 2 - 2 * (count - entry));
    }

    private int u16(int offset) {
        return (short) SHORT.get(bytes, offset) & 0xffff;
    }

    private Key keyAt(int offset) {
        return new Key(
                (long) LONG.get(bytes, offset),
                (long) LONG.get(bytes, offset + 8),
                (long) LONG.get(bytes, offset + 16),
                (long) LONG.get(bytes, offset + 24));
    }

    private Key key() {
        Key key = keyAt(at);
        at += Key.BYTES;
        return key;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new MalformedEvent("a number runs over ten bytes");
    }

    private long signed() {
        long v = varint();
        return v >>> 1 ^ -(v & 1);
    }

    private String text() {
        int n = skipText();
        return new String(bytes, at - n, n, StandardCharsets.UTF_8);
    }

    /** The bytes of the text, behind which it stands then. */
    private int skipText() {
        int n = (int) varint();
        if (n < 0 || n > length - at) {
            throw new MalformedEvent("a text length of %d where %d bytes are left".formatted(n, length - at));
        }
        at += n;
        return n;
    }
}
