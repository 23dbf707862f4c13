package io.svcdht.console.web;

import io.svcdht.storage.model.Blake3;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/**
 * A file of the program served from memory. Its name carries its digest, so that a browser may keep it for ever and
 * still never mixes two versions.
 *
 * @param path relative to the page
 */
record Asset(String path, String contentType, Buffer body) {
    private static final int DIGEST_BYTES = 4;

    static Asset load(String name, String contentType) {
        byte[] bytes = read(name);
        String digest = HexFormat.of().formatHex(Blake3.hash(bytes), 0, DIGEST_BYTES);
        int dot = name.lastIndexOf('.');
        return new Asset(
                "assets/" + name.substring(0, dot) + "." + digest + name.substring(dot),
                contentType,
                Buffer.buffer(bytes));
    }

    private static byte[] read(String name) {
        try (InputStream in = Asset.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the program's file " + name + " cannot be read", e);
        }
    }
}
