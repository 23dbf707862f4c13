package io.svcdht.storage.state.heap;

import org.jspecify.annotations.Nullable;

/** Byte strings by number: where a {@link MappedStore} keeps what its records say. Read from any thread. */
public interface Bodies {
    /** Takes the array as its own. */
    void put(int slot, byte[] body);

    /** The bytes as they were put, not to be changed; null = none. */
    byte @Nullable [] get(int slot);

    void remove(int slot);

    void forEach(Visitor visitor);

    /** Takes one body after the other, in any order. */
    interface Visitor {
        void body(int slot, byte[] body);
    }
}
