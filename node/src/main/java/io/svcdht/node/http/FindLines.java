package io.svcdht.node.http;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a batch of finds; what is not plainly {@code {"cid":"b3:…"}} is read as a provide's line is. */
final class FindLines {
    private final NodeId self;
    private final ByteLine line = new ByteLine();

    FindLines(NodeId self) {
        this.self = self;
    }

    /** @throws ApiError with a sentence about what is wrong */
    ContentId read(byte[] bytes, int from, int to, NodeConfig config) {
        Key key = plain(line.over(bytes, from, to));
        if (key != null) {
            return ContentId.of(key);
        }
        String json = Query.utf8(ByteBuffer.wrap(bytes, from, to - from), ProvideLines.WHAT);
        return ProvideRequest.parse(json, ProvideLines.WHAT, config, self).cid();
    }

    private static @Nullable Key plain(ByteLine in) {
        if (in.take('{') && in.takeText() && in.textIs(ProvideLines.CID) && in.take(':') && in.takeText()) {
            Key key = in.canonicalKey();
            return key != null && in.take('}') && in.atEnd() ? key : null;
        }
        return null;
    }
}
