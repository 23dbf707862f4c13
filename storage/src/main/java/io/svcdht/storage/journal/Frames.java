package io.svcdht.storage.journal;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The envelope that lets a journal notice every flipped, lost, doubled or moved event. Big-endian:
 *
 * <pre>
 *  0  crc       u32   CRC-32C over the predecessor's crc (0 before position 1) and all bytes behind this field
 *  4  position  u48
 * 10  entry           {@link EventCodec}
 *  …  chain     32    only where position is a multiple of 4,096: BLAKE3 over the chain value before
 *                     (32 zero bytes at first) and the frames of the block, each from its position to its entry's end
 * </pre>
 *
 * <p>A writer takes over where the reader that replayed the journal stopped; both walk the same states.
 */
public final class Frames {
    /** Events in a block that one chain value covers. */
    public static final int BLOCK_EVENTS = 4096;

    private static final int HEADER = 10;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final CRC32C crc = new CRC32C();
    private final byte[] seed = new byte[4];
    private final Blake3 block = new Blake3();
    private final ByteSink out = new ByteSink(512);
    private long position;
    private int lastCrc;
    private Key chain;
    private boolean chainKnown;
    /** What the chain hashes of the open block, kept only for who will ask for a seam. */
    private @Nullable ByteSink openBlock;

    private Frames(long lastPosition, int lastCrc, Key chain, boolean chainKnown) {
        this.position = lastPosition;
        this.lastCrc = lastCrc;
        this.chain = chain;
        this.chainKnown = chainKnown;
        block.update(chain.bytes());
    }

    /** Stands before position 1. */
    public static Frames fromStart() {
        return new Frames(0, 0, new Key(0, 0, 0, 0), true);
    }

    /** Stands where an earlier walk stopped, and is able to tell the next seam. */
    public static Frames at(Seam seam) {
        Frames frames = new Frames(seam.position(), seam.crc(), seam.chain(), true);
        byte[] open = seam.openBlock();
        frames.block.update(open);
        frames.openBlock = new ByteSink(Math.max(512, open.length)).raw(open);
        return frames;
    }

    /**
     * Stands behind a frame of which only the checksum is known. The chain is checked from the next block on.
     *
     * @param crc the checksum of the frame at {@code position}
     */
    public static Frames behind(long position, int crc) {
        return new Frames(position, crc, new Key(0, 0, 0, 0), false);
    }

    /**
     * Stands behind the given frame, whose content is taken on trust. The chain is checked from the next block on.
     *
     * @throws MalformedEvent if the bytes are too short for a frame
     */
    public static Frames behind(byte[] frame, int length) {
        return new Frames(positionOf(frame, length), crcOf(frame), new Key(0, 0, 0, 0), false)
                .knowingChainOf(frame, length);
    }

    private Frames knowingChainOf(byte[] frame, int length) {
        if (endsBlock(position) && length >= HEADER + Key.BYTES) {
            startBlock(Key.of(frame, length - Key.BYTES));
        }
        return this;
    }

    /**
     * The entry of a frame whose predecessor is not known, so that no checksum can be asked.
     *
     * @throws MalformedEvent if it cannot be one
     */
    public static JournalEntry onTrust(byte[] frame, int length) {
        long position = positionOf(frame, length);
        int entryEnd = endsBlock(position) ? length - Key.BYTES : length;
        if (position < 1 || entryEnd < HEADER) {
            throw new MalformedEvent("a frame of %d bytes for position %d".formatted(length, position));
        }
        return EventCodec.decode(position, frame, HEADER, entryEnd - HEADER);
    }

    /** The position in a frame's header. */
    public static long positionOf(byte[] frame, int length) {
        if (length < HEADER) {
            throw new MalformedEvent("a frame of " + length + " bytes");
        }
        return (long) (frame[4] & 0xff) << 40 | (long) (frame[5] & 0xff) << 32 | (int) INT.get(frame, 6) & 0xffffffffL;
    }

    /** The checksum in a frame's header. */
    public static int crcOf(byte[] frame) {
        return (int) INT.get(frame, 0);
    }

    /** Position of the last frame written or read, 0 = none. */
    public long position() {
        return position;
    }

    /** The chain value of the last full block, once known: all zero before the first. */
    public Key chain() {
        return chain;
    }

    /**
     * What the next walk has to know to go on behind the last frame written or read.
     *
     * @param journalBytes what all events up to here take as stored
     * @throws IllegalStateException unless this walk began at a seam
     */
    public Seam seam(long journalBytes) {
        if (openBlock == null) {
            throw new IllegalStateException("this walk did not begin at a seam");
        }
        return new Seam(position, lastCrc, chain, openBlock.toByteArray(), journalBytes);
    }

    /** The frame of the next event. The result is this object's own buffer, valid until the next call. */
    public ByteSink write(long instantMillis, long cause, DhtEvent event) {
        long next = position + 1;
        out.clear().u32(0).u48(next);
        EventCodec.encode(next, instantMillis, cause, event, out);
        int entryEnd = out.length();
        boolean seals = endsBlock(next);
        Key sealed = chain;
        if (seals) {
            sealed = sealWith(out.array(), entryEnd);
            out.key(sealed);
        }
        int value = crcOver(out.array(), out.length());
        out.u32At(0, value);
        if (seals) {
            startBlock(sealed);
        } else {
            goOn(out.array(), entryEnd);
        }
        position = next;
        lastCrc = value;
        return out;
    }

    /**
     * Checks the next frame and returns its entry.
     *
     * @throws MalformedEvent with what is wrong
     */
    public JournalEntry read(byte[] frame, int length) {
        long next = position + 1;
        long found = positionOf(frame, length);
        if (found != next) {
            throw new MalformedEvent("found position %d where %d was due".formatted(found, next));
        }
        int stored = crcOf(frame);
        int value = crcOver(frame, length);
        if (stored != value) {
            throw new MalformedEvent("CRC-32C is %08x, should be %08x".formatted(stored, value));
        }
        boolean seals = endsBlock(next);
        int entryEnd = seals ? length - Key.BYTES : length;
        if (entryEnd < HEADER) {
            throw new MalformedEvent("a block's last frame of " + length + " bytes");
        }
        JournalEntry entry = EventCodec.decode(next, frame, HEADER, entryEnd - HEADER);
        if (seals) {
            Key sealed = Key.of(frame, entryEnd);
            if (chainKnown && !sealWith(frame, entryEnd).equals(sealed)) {
                throw new MalformedEvent("the block that ends here does not hash to its chain value");
            }
            startBlock(sealed);
        } else if (chainKnown) {
            goOn(frame, entryEnd);
        }
        position = next;
        lastCrc = value;
        return entry;
    }

    private void goOn(byte[] frame, int entryEnd) {
        block.update(frame, 4, entryEnd - 4);
        if (openBlock != null) {
            openBlock.raw(frame, 4, entryEnd - 4);
        }
    }

    private Key sealWith(byte[] frame, int entryEnd) {
        return Key.of(block.update(frame, 4, entryEnd - 4).finish());
    }

    private void startBlock(Key chainValue) {
        chain = chainValue;
        chainKnown = true;
        block.finish();
        block.update(chainValue.bytes());
        if (openBlock != null) {
            openBlock.clear();
        }
    }

    private static boolean endsBlock(long position) {
        return position % BLOCK_EVENTS == 0;
    }

    private int crcOver(byte[] frame, int length) {
        INT.set(seed, 0, lastCrc);
        crc.reset();
        crc.update(seed, 0, seed.length);
        crc.update(frame, 4, length - 4);
        return (int) crc.getValue();
    }

    /** Whether a writer may go on from here: only if the chain of the current block is known from its start. */
    public boolean canWrite() {
        return chainKnown;
    }
}
