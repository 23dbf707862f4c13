package io.svcdht.storage.journal;

import java.nio.file.Path;

/**
 * One file of a journal that is kept in files.
 *
 * @param first position of its first event
 * @param last position of its last event
 * @param bytes its size; sparse files count in full
 */
public record JournalFile(Path path, long first, long last, long bytes) {}
