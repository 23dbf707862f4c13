package io.svcdht.node.http;

import io.netty.buffer.ByteBuf;
import io.svcdht.node.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads a request's body as text, within the limits: at most so many bytes, sent and inflated, and strictly UTF-8. */
final class Bodies {
    private static final CharSequence EXPECT = HttpHeaders.createOptimized("expect");
    private static final int INFLATE_ON_LOOP_MAX = 4 << 10;
    /** A refused body is read and dropped this long, so that the client gets to see the answer. */
    private static final long LINGER_MILLIS = 2_000;

    private Bodies() {}

    /** Reads the body, then calls {@code then} on the event loop; problems are answered here. */
    static void text(Exchange x, Consumer<String> then) {
        new Reading(x, then).begin();
    }

    private static final class Reading {
        private final Exchange x;
        private final Consumer<String> then;
        private final int max;
        private @Nullable Buffer body;
        private boolean copied;
        private boolean refused;

        Reading(Exchange x, Consumer<String> then) {
            this.x = x;
            this.then = then;
            this.max = x.loop().limits().bodyBytesMax();
        }

        void begin() {
            HttpServerRequest r = x.request();
            if (declaredLength(r) > max) {
                refuse(tooLarge());
                return;
            }
            if (r.getHeader(EXPECT) != null) {
                r.response().writeContinue();
            }
            r.handler(this::more);
            r.endHandler(v -> x.guard(this::complete));
        }

        private void more(Buffer chunk) {
            Buffer b = body;
            if (refused) {
                return;
            }
            if ((b == null ? 0 : b.length()) + chunk.length() > max) {
                body = null;
                refuse(tooLarge());
            } else if (b == null) {
                body = chunk;
            } else {
                // The first chunk belongs to the connection; a copy is ours to append to.
                body = (copied
                                ? b
                                : Buffer.buffer(2 * b.length() + chunk.length()).appendBuffer(b))
                        .appendBuffer(chunk);
                copied = true;
            }
        }

        private void complete() {
            if (refused) {
                return;
            }
            Buffer b = body == null ? Buffer.buffer() : body;
            String encoding = x.request().getHeader(HttpHeaders.CONTENT_ENCODING);
            if (encoding == null || encoding.equalsIgnoreCase("identity")) {
                then.accept(decode(((BufferInternal) b).getByteBuf()));
            } else if (encoding.toLowerCase(Locale.ROOT).equals("gzip")) {
                byte[] sent = b.getBytes();
                if (sent.length <= INFLATE_ON_LOOP_MAX) {
                    then.accept(decode(inflate(sent, x.loop().limits())));
                } else {
                    x.blocking(() -> decode(inflate(sent, x.loop().limits())), then);
                }
            } else {
                throw ApiError.of(ErrorCode.UnsupportedMedia, "send the body plain or with Content-Encoding: gzip");
            }
        }

        private void refuse(ApiError e) {
            refused = true;
            HttpServerRequest r = x.request();
            // Said in the answer, or the client would send its next request into a connection about to close.
            x.closeAfter();
            x.fail(e);
            r.handler(chunk -> {});
            r.endHandler(v -> r.connection().close());
            x.loop().vertx().setTimer(LINGER_MILLIS, t -> r.connection().close());
        }

        private ApiError tooLarge() {
            return ApiError.of(ErrorCode.OverSize, "the body is larger than %d bytes".formatted(max));
        }
    }

    /** −1 = not said. */
    private static long declaredLength(HttpServerRequest r) {
        String text = r.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (text == null) {
            return -1;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("Content-Length is no number");
        }
    }

    /** Inflates no further than the limits allow; the rest of a bomb is never looked at. */
    static byte[] inflate(byte[] sent, HttpLimits limits) {
        long max = Math.min((long) sent.length * limits.inflateRatioMax(), limits.inflatedBytesMax());
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min((int) max, sent.length * 3));
        byte[] chunk = new byte[8192];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(sent), chunk.length)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (out.size() + n > max) {
                    throw ApiError.of(
                            ErrorCode.OverSize,
                            "the inflated body is larger than %d bytes (%d times what was sent, %d at most)"
                                    .formatted(max, limits.inflateRatioMax(), limits.inflatedBytesMax()));
                }
                out.write(chunk, 0, n);
            }
        } catch (IOException e) {
            throw ApiError.badRequest("the body is no valid gzip stream");
        }
        return out.toByteArray();
    }

    private static String decode(byte[] bytes) {
        return ascii(bytes) ? new String(bytes, StandardCharsets.ISO_8859_1) : strict(bytes);
    }

    private static String decode(ByteBuf buf) {
        byte[] bytes = new byte[buf.readableBytes()];
        buf.getBytes(buf.readerIndex(), bytes);
        return decode(bytes);
    }

    private static String strict(byte[] bytes) {
        return Query.utf8(ByteBuffer.wrap(bytes), "the body");
    }

    private static boolean ascii(byte[] bytes) {
        int seen = 0;
        for (byte b : bytes) {
            seen |= b;
        }
        return seen >= 0;
    }
}
