package io.svcdht.console.view;

/** A page of a fleet: what its template reads, and what its twin in JSON is made of. */
public interface FleetPage {
    FleetFrame frame();

    /** Records, lists, texts and numbers alone. */
    Object data();
}
