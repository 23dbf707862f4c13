package io.svcdht.console.view;

/** Where an export writes; waits while whoever reads it is behind, and throws when nobody does any more. */
@FunctionalInterface
public interface Lines {
    /** Writes one line, without its line break. */
    void line(String text);
}
