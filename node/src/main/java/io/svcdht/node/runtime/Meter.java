package io.svcdht.node.runtime;

import io.svcdht.storage.event.EventType;

/** What the running parts count. Cheap, and callable from any thread. */
public interface Meter {
    /** One event was appended, in so many nanoseconds. */
    void appended(EventType type, long nanos);

    /** One force of the journal took so many nanoseconds. */
    void synced(long nanos);

    /** The journal was replayed at start, in so many nanoseconds. */
    void replayed(long nanos);

    /** A failed part was started again. */
    void restarted(String task);

    void clockStepped();

    /** An input found a queue full. */
    void dropped(String queue);

    /** From now on the journal's volume is below its reserve, or no longer is. */
    default void shortOfRoom(boolean now) {}

    /** Counts nothing. */
    Meter NONE = new Meter() {
        @Override
        public void appended(EventType type, long nanos) {}

        @Override
        public void synced(long nanos) {}

        @Override
        public void replayed(long nanos) {}

        @Override
        public void restarted(String task) {}

        @Override
        public void clockStepped() {}

        @Override
        public void dropped(String queue) {}
    };
}
