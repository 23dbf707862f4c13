package io.svcdht.storage.trace;

import io.svcdht.storage.model.DiskReserve;

/**
 * How much is kept of what lookups did.
 *
 * @param retentionHours older ones are given up, an hour's file at a time
 * @param bytesMax the oldest are given up while all take more
 * @param bytesPerSecond what is written in the long run; more is dropped
 * @param reserve what is left free on the volume; traces stop an eighth before writes are refused
 */
public record TraceLimits(int retentionHours, long bytesMax, long bytesPerSecond, DiskReserve reserve) {
    public TraceLimits {
        if (retentionHours < 1 || bytesMax < 1 || bytesPerSecond < 1) {
            throw new IllegalArgumentException("traces for %d h, of %d bytes, at %d bytes a second"
                    .formatted(retentionHours, bytesMax, bytesPerSecond));
        }
    }
}
