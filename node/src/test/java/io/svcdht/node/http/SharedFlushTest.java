package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedFlushTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final SharedFlush flushes = new SharedFlush();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).await(60, TimeUnit.SECONDS);
    }

    /** A connection that notes what comes to its socket. */
    private Channel connection(String name) throws Exception {
        Channel c = new LocalChannel();
        group.register(c).sync();
        c.pipeline().addLast(new Socket(name), flushes.handler());
        return c;
    }

    private final class Socket extends ChannelOutboundHandlerAdapter {
        private final String name;

        Socket(String name) {
            this.name = name;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            seen.add(name + " flush");
        }

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            seen.add(name + " close");
            promise.setSuccess();
        }
    }

    /** One turn of the event loop; what it put off is done when this returns. */
    private void turn(Runnable work) throws Exception {
        group.next()
                .submit(() -> {
                    work.run();
                    seen.add("end");
                })
                .sync();
        group.next().submit(() -> {}).sync();
    }

    @Test
    void what_was_flushed_goes_out_once_at_the_end_of_the_turn() throws Exception {
        Channel a = connection("a");
        Channel b = connection("b");
        turn(() -> {
            a.flush();
            b.flush();
            a.flush();
        });
        assertThat(seen).containsExactly("end", "a flush", "b flush");

        seen.clear();
        turn(b::flush);
        assertThat(seen).containsExactly("end", "b flush");
    }

    @Test
    void what_was_said_before_the_end_is_sent_before_the_end() throws Exception {
        Channel a = connection("a");
        turn(() -> {
            a.flush();
            var _ = a.close();
        });
        assertThat(seen).containsExactly("a flush", "a close", "end");
    }

    @Test
    void a_handler_that_is_taken_out_leaves_nothing_behind() throws Exception {
        Channel a = connection("a");
        turn(() -> {
            a.flush();
            a.pipeline().removeLast();
            a.flush();
        });
        assertThat(seen).containsExactly("a flush", "a flush", "end");
    }
}
