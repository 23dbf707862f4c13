package io.svcdht.storage.model;

/**
 * Free bytes that a node leaves on the volume of its journal. Writes are refused below it, and taken again when an
 * eighth more than it is free, so that a volume at the edge does not turn the node on and off.
 *
 * @param bytes the least to leave free; {@link #AUTOMATIC} = 256 MiB or a twentieth of the volume, whichever is more
 */
public record DiskReserve(long bytes) {
    private static final long AUTOMATIC = -1;
    private static final long AUTOMATIC_MIN = 256L << 20;

    public DiskReserve {
        if (bytes < AUTOMATIC) {
            throw new IllegalArgumentException("a reserve of %d bytes".formatted(bytes));
        }
    }

    public static DiskReserve automatic() {
        return new DiskReserve(AUTOMATIC);
    }

    /** For tools that fill a journal and stop. */
    public static DiskReserve none() {
        return new DiskReserve(0);
    }

    public boolean isAutomatic() {
        return bytes == AUTOMATIC;
    }

    /** Bytes below which a volume of this size is short. */
    public long lowWater(long volumeBytes) {
        return isAutomatic() ? Math.max(AUTOMATIC_MIN, volumeBytes / 20) : bytes;
    }

    /** Bytes from which on a volume that was short has room again. */
    public long highWater(long volumeBytes) {
        long low = lowWater(volumeBytes);
        return low + low / 8;
    }
}
