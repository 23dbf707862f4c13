package io.svcdht.node.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines, each without its line feed. Holds at most one chunk and the beginning of a line:
 * a line longer than the limit is dropped as it comes, and told of where it ends.
 */
final class LineCutter {
    /** What {@link #next} found. */
    enum Found {
        /** A line, in {@link #bytes} between {@link #from} and {@link #to}, valid until the next {@link #add}. */
        LINE,
        /** A line that was too long. */
        TOO_LONG,
        /** The end of what has come so far. */
        NOTHING
    }

    private final int lineBytesMax;
    private byte[] bytes = new byte[4096];
    private int at;
    private int scanned;
    private int end;
    private int from;
    private int to;
    private boolean dropping;
    private boolean ended;

    LineCutter(int lineBytesMax) {
        this.lineBytesMax = lineBytesMax;
    }

    void add(ByteBuf chunk) {
        int more = chunk.readableBytes();
        if (at > 0) {
            System.arraycopy(bytes, at, bytes, 0, end - at);
            end -= at;
            scanned -= at;
            at = 0;
        }
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + more));
        }
        chunk.getBytes(chunk.readerIndex(), bytes, end, more);
        end += more;
    }

    /** No more bytes will come; what stands behind the last line feed is a line too. */
    void end() {
        ended = true;
    }

    /** Forgets what was not found yet. */
    void drop() {
        at = end;
        scanned = end;
        dropping = false;
        ended = true;
    }

    Found next() {
        int i = scanned;
        while (i < end && bytes[i] != '\n') {
            i++;
        }
        scanned = i;
        if (i == end && !ended) {
            if (end - at > lineBytesMax) {
                dropping = true;
            }
            if (dropping) {
                at = end;
            }
            return Found.NOTHING;
        }
        if (i == end && at == end && !dropping) {
            return Found.NOTHING;
        }
        from = at;
        to = i;
        at = Math.min(i + 1, end);
        scanned = at;
        boolean tooLong = dropping || to - from > lineBytesMax;
        dropping = false;
        return tooLong ? Found.TOO_LONG : Found.LINE;
    }

    /** Bytes it takes in memory; for tests. */
    int capacity() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }
}
