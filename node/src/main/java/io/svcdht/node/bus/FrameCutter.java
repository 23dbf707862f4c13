package io.svcdht.node.bus;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/**
 * Cuts what a socket brings into frames: {@code length u32, big-endian | so many bytes}. It holds no more than one frame
 * and what one read brought.
 */
final class FrameCutter {
    private static final int HEAD_BYTES = 4;

    private final int bytesMax;
    private final Consumer<Buffer> frames;
    private Buffer held = Buffer.buffer();

    /** A length that no frame has; nobody knows what follows. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Broken(String message) {
            super(message, null, false, false);
        }
    }

    FrameCutter(int bytesMax, Consumer<Buffer> frames) {
        this.bytesMax = bytesMax;
        this.frames = frames;
    }

    /** @throws Broken at a length of nothing, or of more than may be */
    void feed(Buffer read) {
        held.appendBuffer(read);
        int at = 0;
        while (held.length() - at >= HEAD_BYTES) {
            long length = held.getUnsignedInt(at);
            if (length == 0 || length > bytesMax) {
                held = Buffer.buffer();
                throw new Broken("a frame has 1…%d bytes, this one %d".formatted(bytesMax, length));
            }
            int end = at + HEAD_BYTES + (int) length;
            if (held.length() < end) {
                break;
            }
            Buffer frame = held.getBuffer(at + HEAD_BYTES, end);
            at = end;
            frames.accept(frame);
        }
        held = at == 0 ? held : held.getBuffer(at, held.length());
    }

    /** What is sent: the length in front. */
    static Buffer framed(Buffer body) {
        return Buffer.buffer(HEAD_BYTES + body.length())
                .appendInt(body.length())
                .appendBuffer(body);
    }
}
