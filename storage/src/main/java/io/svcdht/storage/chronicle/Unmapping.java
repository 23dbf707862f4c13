package io.svcdht.storage.chronicle;

import net.openhft.chronicle.core.io.BackgroundResourceReleaser;

/**
 * The end of what a closed queue leaves behind: Chronicle unmaps its files on a thread of its own, some time after
 * {@code close}. Whoever gives a volume back must wait for that.
 */
final class Unmapping {
    private Unmapping() {}

    /** Waits, at most about a second, until nothing that was closed before is mapped. */
    static void finish() {
        BackgroundResourceReleaser.releasePendingResources();
    }
}
