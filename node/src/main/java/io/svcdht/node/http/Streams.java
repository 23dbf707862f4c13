package io.svcdht.node.http;

import io.svcdht.node.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Long answers: each is written by a virtual thread of its own that may block on the journal and on the client, so
 * that a slow reader holds up nobody but itself. At most so many at once.
 */
final class Streams {
    private static final int CHUNK_BYTES = 32 << 10;
    /** Chunks handed to the connection and not yet sent: what a slow client can make us hold. */
    private static final int CHUNKS_AHEAD = 4;

    private static final long CLOSED_CHECK_MILLIS = 500;

    private final Batches batches = new Batches();
    private final Semaphore places;
    private final int max;
    private volatile boolean draining;

    Streams(int max) {
        this.max = max;
        this.places = new Semaphore(max);
    }

    /** Writes an answer piece by piece. */
    @FunctionalInterface
    interface Source {
        /**
         * @throws ApiError before the first flush, to answer with a problem
         * @throws Gone from {@link Out}, when nobody listens any more
         */
        void run(Out out) throws Gone, InterruptedException;
    }

    /** The client has left, or the server stops. */
    static final class Gone extends Exception {
        private static final long serialVersionUID = 1L;

        private Gone() {
            super("gone", null, false, false);
        }
    }

    /** Ends followers, which would never end by themselves. */
    void drain() {
        draining = true;
    }

    boolean draining() {
        return draining;
    }

    Batches batches() {
        return batches;
    }

    /** Takes one of the places; who does must {@link #leave}. */
    void enter() {
        if (!places.tryAcquire()) {
            throw ApiError.of(ErrorCode.QuotaHit, "%d streams are open already; try again later".formatted(max));
        }
    }

    void leave() {
        places.release();
    }

    /** Answers 200 with whatever the source writes. */
    void start(Exchange x, CharSequence contentType, Source source) {
        enter();
        Out out = new Out(x, contentType);
        HttpServerResponse response = x.request().response();
        response.closeHandler(v -> out.closed = true);
        response.exceptionHandler(e -> out.closed = true);
        Thread.ofVirtual().name("http-stream").start(() -> {
            try {
                source.run(out);
                out.end();
            } catch (Gone e) {
                onLoop(x, () -> x.request().connection().close());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                onLoop(x, () -> x.fail(e));
            } finally {
                leave();
            }
        });
    }

    private static void onLoop(Exchange x, Runnable action) {
        try {
            x.loop().context().runOnContext(v -> action.run());
        } catch (RejectedExecutionException e) {
            // The server has ended, and every connection with it.
        }
    }

    /** Where a source writes; for its thread. */
    static final class Out {
        private final Exchange x;
        private final CharSequence contentType;
        private final Semaphore ahead = new Semaphore(CHUNKS_AHEAD);
        private Buffer chunk = Buffer.buffer();
        private volatile boolean closed;

        private Out(Exchange x, CharSequence contentType) {
            this.x = x;
            this.contentType = contentType;
        }

        Out text(String text) throws Gone, InterruptedException {
            chunk.appendBytes(text.getBytes(StandardCharsets.UTF_8));
            if (chunk.length() >= CHUNK_BYTES) {
                flush();
            }
            return this;
        }

        /** One line of NDJSON. */
        Out line(Buffer json) throws Gone, InterruptedException {
            chunk.appendBuffer(json).appendByte((byte) '\n');
            if (chunk.length() >= CHUNK_BYTES) {
                flush();
            }
            return this;
        }

        /** Sends what was written so far; waits while the client is behind. */
        void flush() throws Gone, InterruptedException {
            while (!ahead.tryAcquire(CLOSED_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                check();
            }
            check();
            Buffer full = chunk;
            chunk = Buffer.buffer();
            x.loop().context().runOnContext(v -> {
                HttpServerResponse response = x.request().response();
                if (response.closed()) {
                    closed = true;
                    ahead.release();
                    return;
                }
                head(response);
                response.write(full).onComplete(r -> ahead.release());
            });
        }

        boolean pending() {
            return chunk.length() > 0;
        }

        private void head(HttpServerResponse response) {
            if (!response.headWritten()) {
                response.putHeader(HttpHeaders.CONTENT_TYPE, contentType).setChunked(true);
            }
        }

        private void end() {
            Buffer last = chunk;
            x.loop().context().runOnContext(v -> {
                HttpServerResponse response = x.request().response();
                if (!response.closed()) {
                    if (response.headWritten()) {
                        response.end(last);
                        x.finished(200);
                    } else {
                        x.end(200, contentType, last);
                    }
                }
            });
        }

        private void check() throws Gone {
            if (closed) {
                throw new Gone();
            }
        }

        /** Whether anybody still listens. */
        boolean heard() {
            return !closed;
        }

        /** Waits a moment; false once nobody listens any more. */
        boolean pause(long millis) throws InterruptedException {
            Thread.sleep(millis);
            return !closed;
        }
    }
}
