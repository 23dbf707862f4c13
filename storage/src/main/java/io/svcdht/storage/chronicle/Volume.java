package io.svcdht.storage.chronicle;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file system that a journal lies on. */
interface Volume {
    /** Bytes that this process may still fill. */
    long freeBytes() throws IOException;

    long totalBytes() throws IOException;

    static Volume of(Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        return new Volume() {
            @Override
            public long freeBytes() throws IOException {
                return store.getUsableSpace();
            }

            @Override
            public long totalBytes() throws IOException {
                return store.getTotalSpace();
            }
        };
    }
}
