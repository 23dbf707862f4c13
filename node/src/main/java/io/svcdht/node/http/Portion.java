package io.svcdht.node.http;

import io.svcdht.node.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Some consecutive lines of a batch that are worked on together. Belongs to the event loop. */
abstract class Portion extends Loop.Delivery {
    /** A line that is answered without being worked on. */
    private record Refusal(int index, ErrorCode code, String detail) {}

    private final BatchStream stream;
    private final long firstLine;
    private final Deque<Refusal> refusals = new ArrayDeque<>();
    private int lines;
    private int bytes;
    private boolean settled;

    /** @param firstLine number of its first line in the request, from 1 */
    Portion(BatchStream stream, long firstLine) {
        this.stream = stream;
        this.firstLine = firstLine;
    }

    /** Takes a line; one that is not as it should be is refused, and the batch goes on. */
    final void line(byte[] from, int begin, int end) {
        try {
            take(from, begin, end);
        } catch (ApiError e) {
            refusals.add(new Refusal(lines, e.code(), e.detail()));
        }
        lines++;
        bytes += end - begin;
    }

    final void refuse(ErrorCode code, String detail) {
        refusals.add(new Refusal(lines, code, detail));
        lines++;
    }

    final int lines() {
        return lines;
    }

    final int bytes() {
        return bytes;
    }

    /** Whether all results are known. */
    final boolean settled() {
        return settled;
    }

    /** Lets the work begin; {@link #settle} tells of its end, at once or later. */
    final void send() {
        if (lines == refusals.size()) {
            settled = true;
        } else {
            work();
        }
    }

    /** All results are known; on the event loop. */
    final void settle() {
        settled = true;
    }

    @Override
    final void deliver() {
        settle();
        stream.settled();
    }

    /** A line of JSON for each line that came. */
    final Buffer results() {
        JsonBytes out = new JsonBytes(64 + lines * resultBytes());
        for (int i = 0; i < lines; i++) {
            Refusal refused = refusals.peek();
            if (refused != null && refused.index() == i) {
                refusals.remove();
                refusal(out, i, refused.code(), refused.detail());
            } else {
                result(out, i);
            }
            out.endLine();
        }
        return out.toBuffer();
    }

    final void refusal(JsonBytes out, int index, ErrorCode code, String detail) {
        stream.exchange().loop().metrics().rejected(code);
        out.beginObject()
                .name("ok")
                .value(false)
                .name("line")
                .value(firstLine + index)
                .name("code")
                .plain(code.name())
                .name("detail")
                .value(detail)
                .endObject();
    }

    /**
     * Reads and keeps a line.
     *
     * @throws ApiError if it is not as it should be
     */
    abstract void take(byte[] from, int begin, int end);

    abstract void work();

    /** Writes the next result that is no refusal of {@link #line}; called once for each in order. */
    abstract void result(JsonBytes out, int index);

    /** About how long a result is. */
    abstract int resultBytes();
}
