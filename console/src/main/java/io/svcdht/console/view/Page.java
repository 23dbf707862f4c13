package io.svcdht.console.view;

/** Something that can be shown: its template knows the rest. */
public interface Page {
    Frame frame();
}
