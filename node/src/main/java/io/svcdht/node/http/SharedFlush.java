package io.svcdht.node.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Lets the connections of one event loop write together, once the loop has been through all that were ready. A write
 * wakes the client at the other end; answers written between one read and the next wake it anew for each, which costs
 * more than making the answer does.
 *
 * <pre>
 *  read, answer, flush ─┐
 *  read, answer, flush ─┼─▶ asked ──end of the loop's turn──▶ write, write, write
 *  read, answer, flush ─┘
 * </pre>
 */
final class SharedFlush {
    private final ArrayDeque<OfConnection> asked = new ArrayDeque<>();

    /** The first handler of a connection, with its event loop's flushes from then on. */
    OfConnection handler() {
        return new OfConnection();
    }

    private void flushAll() {
        for (OfConnection c = asked.poll(); c != null; c = asked.poll()) {
            c.flushIfHeld();
        }
    }

    /** Holds a connection's flush back till the end of the turn. */
    final class OfConnection extends ChannelOutboundHandlerAdapter {
        private @Nullable ChannelHandlerContext held;

        private OfConnection() {}

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (ctx.channel().eventLoop().isShuttingDown()) {
                // There may be no further turn.
                ctx.flush();
            } else if (held == null) {
                held = ctx;
                if (asked.isEmpty()) {
                    ctx.channel().eventLoop().execute(SharedFlush.this::flushAll);
                }
                asked.add(this);
            }
        }

        private void flushIfHeld() {
            ChannelHandlerContext ctx = held;
            if (ctx != null) {
                held = null;
                ctx.flush();
            }
        }

        /** What was said before the end is sent before the end. */
        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            flushIfHeld();
            var _ = ctx.close(promise);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            flushIfHeld();
        }
    }
}
