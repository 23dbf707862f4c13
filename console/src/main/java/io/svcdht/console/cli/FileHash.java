package io.svcdht.console.cli;

import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.LongConsumer;

/** BLAKE3-256 of a file, read in pieces. */
final class FileHash {
    private static final int PIECE_BYTES = 256 << 10;

    private FileHash() {}

    /** A file's content id and the bytes it was made of. */
    record Hashed(ContentId cid, long bytes) {}

    /**
     * Reads the file to its end; a symbolic link is refused.
     *
     * @param onBytes told of every piece
     * @throws IOException also where the file changed meanwhile, since the hash would be that of no content at all
     */
    static Hashed of(Path file, LongConsumer onBytes) throws IOException {
        BasicFileAttributes before = attributes(file);
        if (!before.isRegularFile()) {
            throw new IOException("is no regular file");
        }
        Blake3 digest = new Blake3();
        byte[] piece = new byte[PIECE_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        long bytes = 0;
        try (SeekableByteChannel in =
                Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            // No further than it was long: a log that grows as fast as it is read would never end.
            for (int n = in.read(buffer); n >= 0 && bytes <= before.size(); n = in.read(buffer)) {
                digest.update(piece, 0, n);
                bytes += n;
                onBytes.accept(n);
                buffer.clear();
            }
        }
        BasicFileAttributes after = attributes(file);
        if (bytes != after.size() || !before.lastModifiedTime().equals(after.lastModifiedTime())) {
            throw new IOException("changed while it was read");
        }
        return new Hashed(ContentId.of(Key.of(digest.finish())), bytes);
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
