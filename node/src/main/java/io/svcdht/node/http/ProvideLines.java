package io.svcdht.node.http;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a batch of provides. Nearly all look alike, an id, a locator and a time to live, and are read
 * straight from their bytes; whatever does not is read by {@link ProvideRequest}, which alone decides what is right.
 */
final class ProvideLines {
    static final byte[] CID = "cid".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NODE = "node".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TTL_SECS = "ttl_secs".getBytes(StandardCharsets.US_ASCII);
    /** What a line is called in sentences about it. */
    static final String WHAT = "the line";

    private final NodeId self;
    private final ByteLine line = new ByteLine();
    /** Neighbours mostly have the same locator: one text for all of them, in memory as well. */
    private byte[] lastNode = {};

    private @Nullable String lastLocator;

    ProvideLines(NodeId self) {
        this.self = self;
    }

    /** @throws ApiError with a sentence about what is wrong */
    Input.Provide read(byte[] bytes, int from, int to, NodeConfig config) {
        try {
            Input.Provide plain = plain(line.over(bytes, from, to), config);
            if (plain != null) {
                return plain;
            }
        } catch (ApiError e) {
            // Said below, unless something worse stands behind it.
        }
        String json = Query.utf8(ByteBuffer.wrap(bytes, from, to - from), WHAT);
        ProvideRequest r = ProvideRequest.parse(json, WHAT, config, self);
        return new Input.Provide(r.cid(), r.locator(), r.addrs(), r.ttlSeconds(), ReplyTo.nobody());
    }

    /** The line if it is of the common shape and right, else null. */
    private Input.@Nullable Provide plain(ByteLine in, NodeConfig config) {
        ContentId cid = null;
        String locator = null;
        int ttl = -1;
        if (!in.take('{')) {
            return null;
        }
        do {
            if (!in.takeText()) {
                return null;
            }
            if (cid == null && in.textIs(CID) && in.take(':') && in.takeText()) {
                cid = cid(in, config);
            } else if (locator == null && in.textIs(NODE) && in.take(':') && in.takeText()) {
                locator = locator(in);
            } else if (ttl < 0 && in.textIs(TTL_SECS) && in.take(':')) {
                ttl = in.takeNumber();
                if (ttl < 1 || ttl > config.ttlSecondsMax()) {
                    return null;
                }
            } else {
                return null;
            }
        } while (in.take(','));
        if (cid == null || !in.take('}') || !in.atEnd()) {
            return null;
        }
        return new Input.Provide(
                cid, locator == null ? "" : locator, List.of(), ttl < 0 ? config.ttlSeconds() : ttl, ReplyTo.nobody());
    }

    private static ContentId cid(ByteLine in, NodeConfig config) {
        Key key = in.canonicalKey();
        return key == null ? ProvideRequest.cid(in.text(), config) : ContentId.of(key);
    }

    private String locator(ByteLine in) {
        String known = lastLocator;
        if (known != null && in.textIs(lastNode)) {
            return known;
        }
        String locator = ProvideRequest.locator(in.text(), self);
        lastNode = in.textBytes();
        lastLocator = locator;
        return locator;
    }
}
