package io.svcdht.kafka;

import java.util.function.Supplier;

/**
 * Kafka finds some of its parts by name, through the loader of the thread that makes a client. Threads of the program have
 * its own, which does not know the jars of this module where they are in a directory beside it.
 */
final class OwnLoader {
    private OwnLoader() {}

    /** Does something with this module's loader as the thread's. */
    static <T> T with(Supplier<T> what) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(OwnLoader.class.getClassLoader());
        try {
            return what.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
