package io.svcdht.node.http;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.storage.model.ContentId;
import java.util.ArrayList;
import java.util.List;

/** Lines of a batch of finds: answered from the local index when the connection takes the answers. */
final class FindPortion extends Portion {
    private static final int RESULT_BYTES = 256;

    private final Exchange x;
    private final FindLines lines;
    private final NodeConfig config;
    private final int limit;
    private final boolean withRecords;
    private final List<ContentId> asked = new ArrayList<>();
    private int told;

    /**
     * @param lines the batch's reader
     * @param limit providers shown for a content id
     */
    FindPortion(BatchStream stream, long firstLine, FindLines lines, int limit, boolean withRecords) {
        super(stream, firstLine);
        this.x = stream.exchange();
        this.lines = lines;
        this.config = x.node().config();
        this.limit = limit;
        this.withRecords = withRecords;
    }

    @Override
    void take(byte[] from, int begin, int end) {
        asked.add(lines.read(from, begin, end, config));
    }

    @Override
    void work() {
        settle();
    }

    @Override
    void result(JsonBytes out, int index) {
        FindRoutes.line(x, out, asked.get(told++), limit, withRecords);
    }

    @Override
    int resultBytes() {
        return RESULT_BYTES;
    }
}
