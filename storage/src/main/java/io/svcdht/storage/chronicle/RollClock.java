package io.svcdht.storage.chronicle;

import net.openhft.chronicle.core.time.TimeProvider;

/**
 * Decides which cycle an event falls into: by the latest instant seen so far, so that a clock set back never sends
 * events into a file that is already closed.
 */
final class RollClock implements TimeProvider {
    private volatile long millis;

    void advanceTo(long instantMillis) {
        if (instantMillis > millis) {
            millis = instantMillis;
        }
    }

    @Override
    public long currentTimeMillis() {
        return millis == 0 ? System.currentTimeMillis() : millis;
    }
}
