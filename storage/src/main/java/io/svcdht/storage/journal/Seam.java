package io.svcdht.storage.journal;

import io.svcdht.storage.model.Key;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where one walk over the frames ends so that another may go on: all a reader or a writer needs to know of the events
 * it does not read again.
 */
public final class Seam {
    /** Before position 1. */
    public static final Seam START = new Seam(0, 0, new Key(0, 0, 0, 0), new byte[0], 0);

    private final long position;
    private final int crc;
    private final Key chain;
    private final byte[] openBlock;
    private final long journalBytes;

    /**
     * @param position of the last event before the seam, 0 = none
     * @param crc that event's checksum, 0 where there is none
     * @param chain the chain value of the last whole block, zero before the first
     * @param openBlock what the chain hashes of the frames behind that block, up to the seam
     * @param journalBytes what all events before the seam take as stored, those no longer kept among them
     */
    public Seam(long position, int crc, Key chain, byte[] openBlock, long journalBytes) {
        this.position = position;
        this.crc = crc;
        this.chain = chain;
        this.openBlock = openBlock.clone();
        this.journalBytes = journalBytes;
    }

    public long position() {
        return position;
    }

    public int crc() {
        return crc;
    }

    public Key chain() {
        return chain;
    }

    public byte[] openBlock() {
        return openBlock.clone();
    }

    public long journalBytes() {
        return journalBytes;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Seam s
                && position == s.position
                && crc == s.crc
                && chain.equals(s.chain)
                && Arrays.equals(openBlock, s.openBlock)
                && journalBytes == s.journalBytes;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(position) * 31 + crc;
    }

    @Override
    public String toString() {
        return "seam behind position %d, crc %08x".formatted(position, crc);
    }
}
