package io.svcdht.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.metrics.Metrics;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;

/**
 * Watches one connection for clients that send as slowly as they can. Two small handlers see the bytes and the
 * messages; the event loop's tick counts, so that nothing reads a clock for a request.
 *
 * <pre>
 * IDLE ──first byte──▶ HEADER ──headers complete──▶ BODY ──last content──▶ IDLE
 *                        │ longer than headerMillisMax    │ after bodyGraceMillis slower than bodyBytesPerSecondMin
 *                        └────────────▶ 408, closed ◀─────┘
 * </pre>
 *
 * A body that is a stream of lines may come as slowly as its client gets them; {@link BatchStream} looks after it.
 */
final class ConnectionWatch {
    private static final String MESSAGES = "dht-messages";

    private enum Phase {
        IDLE,
        HEADER,
        BODY
    }

    private final HttpLimits limits;
    private final Metrics metrics;
    private final ChannelHandlerContext context;
    private Phase phase = Phase.IDLE;
    private long phaseMillis;
    private long bodyBytes;
    private boolean streaming;
    private boolean inputCut;

    private ConnectionWatch(HttpLimits limits, Metrics metrics, ChannelPipeline pipeline) {
        this.limits = limits;
        this.metrics = metrics;
        pipeline.addFirst("dht-bytes", new Bytes());
        pipeline.addBefore("handler", MESSAGES, new Messages());
        this.context = pipeline.firstContext();
    }

    /** Begins to watch; on the connection's event loop. */
    static ConnectionWatch of(ChannelPipeline pipeline, HttpLimits limits, Metrics metrics) {
        return new ConnectionWatch(limits, metrics, pipeline);
    }

    /** That of a connection {@link #of} was told of. */
    static ConnectionWatch at(HttpConnection connection) {
        ChannelHandler messages =
                ((ConnectionBase) connection).channelHandlerContext().pipeline().get(MESSAGES);
        if (messages instanceof Messages m) {
            return m.watch();
        }
        throw new IllegalStateException("nobody watches " + connection);
    }

    /** The body that comes is a stream. A client that ends its side first still gets its answers. */
    void streamBegins() {
        streaming = true;
        halfClosure(true);
    }

    /** It was answered to its end; what may still come of it is of no interest. */
    void streamEnds() {
        halfClosure(false);
    }

    /** Whether the client ended its side of the connection within the stream. */
    boolean inputCut() {
        return inputCut;
    }

    private void halfClosure(boolean allowed) {
        context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, allowed);
    }

    /** So much time has passed; on the connection's event loop. */
    void tick(long millis) {
        if (phase == Phase.IDLE
                || phase == Phase.BODY && streaming
                || !context.channel().config().isAutoRead()) {
            // Where we stopped reading ourselves, the client is not to blame.
            return;
        }
        phaseMillis += millis;
        if (phase == Phase.HEADER && phaseMillis > limits.headerMillisMax()) {
            refuse("the headers took longer than %d ms; send them at once".formatted(limits.headerMillisMax()));
        } else if (phase == Phase.BODY
                && phaseMillis > limits.bodyGraceMillis()
                && bodyBytes * 1000 < phaseMillis * limits.bodyBytesPerSecondMin()) {
            refuse("the body came slower than %d bytes a second".formatted(limits.bodyBytesPerSecondMin()));
        }
    }

    private void enter(Phase next) {
        phase = next;
        phaseMillis = 0;
        bodyBytes = 0;
    }

    private void refuse(String detail) {
        enter(Phase.IDLE);
        ApiError e = ApiError.of(ErrorCode.Timeout, detail).withStatus(408);
        metrics.rejected(e.code());
        ByteBuf body = ((BufferInternal) Exchange.problem(e, null, null)).getByteBuf();
        String head = "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\n"
                + "connection: close\r\ncontent-length: " + body.readableBytes() + "\r\n\r\n";
        // From the first handler a write goes past the encoder: there may be no request to answer.
        context.writeAndFlush(Unpooled.wrappedBuffer(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII), body))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private final class Bytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (phase == Phase.IDLE) {
                enter(Phase.HEADER);
            }
            ctx.fireChannelRead(msg);
        }
    }

    private final class Messages extends ChannelInboundHandlerAdapter {
        ConnectionWatch watch() {
            return ConnectionWatch.this;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (streaming && phase == Phase.BODY && event instanceof ChannelInputShutdownEvent) {
                inputCut = true;
                phase = Phase.IDLE;
                // What came before is read first; this ends it in its place.
                ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
                // What is written while something is read is sent when that is complete.
                ctx.fireChannelReadComplete();
            }
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof HttpRequest) {
                enter(Phase.BODY);
                streaming = false;
            }
            if (msg instanceof HttpContent content) {
                bodyBytes += content.content().readableBytes();
                if (msg instanceof LastHttpContent) {
                    phase = Phase.IDLE;
                }
            }
            ctx.fireChannelRead(msg);
        }
    }
}
