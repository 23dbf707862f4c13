package io.svcdht.node;

import io.svcdht.node.wire.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells a collector of traces what this node does, where one is configured. Cheap, callable from any thread, and never
 * fails; who traces asks {@link #on} first, so that off costs a branch.
 */
public interface Tracing {
    /** Who began what a span is about. */
    enum Kind {
        /** Somebody else, who waits for the answer. */
        SERVER,
        /** This node, which waits for another's answer. */
        CLIENT,
        /** This node, by itself. */
        INTERNAL
    }

    /** Something that goes on until it is ended. */
    interface Span {
        /** What is handed on to whoever does a part of it. */
        TraceContext context();

        Span note(String key, String value);

        Span note(String key, long value);

        /** From now on it is over. */
        void end(boolean failed);
    }

    boolean on();

    /**
     * Begins a span.
     *
     * @param parent what it is part of; null = a trace of its own
     */
    Span begin(Kind kind, String name, @Nullable TraceContext parent);

    /** Traces nothing; nobody may begin a span. */
    Tracing OFF = new Tracing() {
        @Override
        public boolean on() {
            return false;
        }

        @Override
        public Span begin(Kind kind, String name, @Nullable TraceContext parent) {
            throw new IllegalStateException("tracing is off");
        }
    };
}
