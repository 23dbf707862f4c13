package io.svcdht.node.http;

import io.svcdht.node.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A request of lines (NDJSON), of any length, that is answered with a line for each, in their order, while it still
 * comes. Lives on one event loop.
 *
 * <pre>
 * bytes ─▶ LineCutter ─▶ open portion ─▶ sent portions, settled in any order ─▶ written in the order of their lines
 *          └─ nothing more is read while the open portion is full and so many are sent: {@link #SENT_MAX} ─┘
 * </pre>
 *
 * A portion counts as sent until the connection took its results, so that a slow reader stops the reading. A small
 * request, up to a portion, is read to its end in any case: its client may look for answers only then.
 */
final class BatchStream {
    static final int LINE_BYTES_MAX = 16 << 10;
    /** Portions read and not yet written. */
    static final int SENT_MAX = 4;

    private static final CharSequence EXPECT = HttpHeaders.createOptimized("expect");
    private static final int CHECKS_PER_IDLE = 4;
    private static final long CHECK_MILLIS_MAX = 500;
    /** After an early end the rest is read and dropped this long, so that the client gets to see the answer. */
    private static final long LINGER_MILLIS = 2_000;

    private final Exchange x;
    private final PortionMaker maker;
    private final Batches batches;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final ConnectionWatch watch;
    private final LineCutter cutter = new LineCutter(LINE_BYTES_MAX);
    private final Deque<Portion> sent = new ArrayDeque<>();
    private final long idleNanos;
    private final long timer;
    private Portion open;
    private long linesRead;
    private long lastLineNanos = System.nanoTime();
    private boolean inputEnded;
    private boolean asked;
    private boolean closing;
    private boolean over;

    /** Makes the next portion. */
    @FunctionalInterface
    interface PortionMaker {
        Portion open(BatchStream stream, long firstLine);
    }

    private BatchStream(Exchange x, PortionMaker maker) {
        this.x = x;
        this.maker = maker;
        this.batches = x.loop().streams().batches();
        this.request = x.request();
        this.response = request.response();
        this.watch = ConnectionWatch.at(request.connection());
        this.open = maker.open(this, 1);
        int idleMillis = x.loop().limits().idleSeconds() * 1000;
        this.idleNanos = idleMillis * 1_000_000L;
        this.timer = x.loop()
                .vertx()
                .setPeriodic(Math.min(CHECK_MILLIS_MAX, idleMillis / CHECKS_PER_IDLE), t -> guarded(this::check));
    }

    /**
     * Begins to read. Refuses what cannot be a batch before a byte of it is read.
     *
     * @throws ApiError if the body is compressed, or too many streams are open
     */
    static void start(Exchange x, PortionMaker maker) {
        String encoding = x.request().getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            // A batch has no end one could hold an inflated size against.
            throw ApiError.of(ErrorCode.UnsupportedMedia, "send a batch plain, without Content-Encoding")
                    .withHeader("accept-encoding", "identity");
        }
        x.loop().streams().enter();
        new BatchStream(x, maker).begin();
    }

    Exchange exchange() {
        return x;
    }

    private void begin() {
        batches.opened();
        watch.streamBegins();
        if (request.getHeader(EXPECT) != null) {
            response.writeContinue();
        }
        request.pause();
        request.handler(chunk -> guarded(() -> received(chunk)));
        request.endHandler(v -> guarded(this::ended));
        request.exceptionHandler(e -> leave());
        response.closeHandler(v -> leave());
        response.exceptionHandler(e -> leave());
        response.drainHandler(v -> guarded(this::settled));
        ask();
    }

    private void guarded(Runnable work) {
        if (over) {
            return;
        }
        try {
            work.run();
        } catch (RuntimeException e) {
            leave();
            x.fail(e);
        }
    }

    private void received(Buffer chunk) {
        asked = false;
        cutter.add(((BufferInternal) chunk).getByteBuf());
        work();
    }

    private void ended() {
        asked = false;
        inputEnded = true;
        if (watch.inputCut()) {
            // What stands behind the last line feed is no line but what was left of one.
            cutter.drop();
            closing = true;
        } else {
            cutter.end();
        }
        work();
    }

    /** A portion is settled, or the connection takes results again. */
    void settled() {
        if (!over) {
            write();
            work();
        }
    }

    private void work() {
        while (cutLines()) {
            send();
        }
        // While others are under way a portion may grow: each costs the engine a wake-up, and its share of a force.
        if (open.lines() > 0 && sent.isEmpty()) {
            send();
        }
        if (inputEnded && open.lines() == 0 && sent.isEmpty()) {
            finish();
        }
    }

    /** Fills the open portion; true once it is full and may be sent. */
    private boolean cutLines() {
        int linesMax = batches.portionLines();
        int bytesMax = batches.portionBytes();
        long before = linesRead;
        while (open.lines() < linesMax && open.bytes() < bytesMax) {
            LineCutter.Found found = cutter.next();
            if (found == LineCutter.Found.NOTHING) {
                read(before);
                if (!inputEnded) {
                    ask();
                }
                return false;
            }
            linesRead++;
            if (found == LineCutter.Found.LINE) {
                open.line(cutter.bytes(), cutter.from(), cutter.to());
            } else {
                open.refuse(ErrorCode.OverSize, "the line is longer than %d bytes".formatted(LINE_BYTES_MAX));
            }
        }
        read(before);
        return sent.size() < SENT_MAX;
    }

    private void read(long before) {
        if (linesRead > before) {
            batches.inFlight((int) (linesRead - before));
            lastLineNanos = System.nanoTime();
        }
    }

    /** One chunk more, after whatever else waits on this event loop. */
    private void ask() {
        if (!asked) {
            asked = true;
            x.loop().context().runOnContext(v -> {
                if (!over) {
                    request.fetch(1);
                }
            });
        }
    }

    private void send() {
        Portion portion = open;
        open = maker.open(this, linesRead + 1);
        sent.add(portion);
        portion.send();
        write();
    }

    private void write() {
        for (Portion head = sent.peek();
                head != null && head.settled() && !response.writeQueueFull();
                head = sent.peek()) {
            sent.remove();
            batches.inFlight(-head.lines());
            head(response);
            response.write(head.results());
        }
    }

    private static void head(HttpServerResponse response) {
        if (!response.headWritten()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, FindRoutes.NDJSON).setChunked(true);
        }
    }

    /** From time to time: whether it should end although the client has not said so. */
    private void check() {
        if (inputEnded) {
            return;
        }
        if (x.loop().streams().draining()) {
            endEarly(ErrorCode.NotReady, "this node is stopping; nothing from this line on was read");
        } else if (asked && open.lines() == 0 && sent.isEmpty() && System.nanoTime() - lastLineNanos > idleNanos) {
            endEarly(
                    ErrorCode.Timeout,
                    "no whole line came for %d s; nothing from this line on was read"
                            .formatted(idleNanos / 1_000_000_000));
        }
    }

    private void endEarly(ErrorCode code, String detail) {
        inputEnded = true;
        closing = true;
        cutter.drop();
        linesRead++;
        batches.inFlight(1);
        open.refuse(code, detail);
        request.handler(chunk -> {});
        request.endHandler(v -> {});
        request.resume();
        work();
    }

    private void finish() {
        leave();
        if (response.ended() || response.closed()) {
            return;
        }
        head(response);
        if (closing) {
            response.end().onComplete(r -> hangUp());
        } else {
            response.end();
        }
        x.finished(200);
    }

    private void hangUp() {
        if (watch.inputCut()) {
            request.connection().close();
        } else {
            x.loop().vertx().setTimer(LINGER_MILLIS, t -> request.connection().close());
        }
    }

    /** Nobody listens any more, or all is said. */
    private void leave() {
        if (over) {
            return;
        }
        over = true;
        x.loop().vertx().cancelTimer(timer);
        int unwritten = open.lines();
        for (Portion p : sent) {
            unwritten += p.lines();
        }
        batches.inFlight(-unwritten);
        sent.clear();
        watch.streamEnds();
        batches.closed();
        x.loop().streams().leave();
    }
}
