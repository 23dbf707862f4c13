package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomyBuffersTest {
    private final RoomyBuffers buffers = new RoomyBuffers(PooledByteBufAllocator.DEFAULT);

    @ParameterizedTest
    @CsvSource({"0, 1", "450, 1", "2000, 2"})
    void a_small_answer_leaves_as_one_buffer(int bodyBytes, int messages) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpResponseEncoder());
        channel.config().setAllocator(buffers);
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(new byte[bodyBytes]));
        response.headers().set("content-length", bodyBytes);

        channel.writeOutbound(response);
        assertThat(channel.outboundMessages()).hasSize(messages);
        channel.finishAndReleaseAll();
    }

    @Test
    void what_is_asked_for_is_given_at_least_and_never_more_than_is_allowed() {
        for (int[] asked : new int[][] {{0, 64}, {100, 100}, {100, 1 << 20}, {5_000, 1 << 20}}) {
            for (ByteBuf b : new ByteBuf[] {
                buffers.buffer(asked[0], asked[1]),
                buffers.directBuffer(asked[0], asked[1]),
                buffers.heapBuffer(asked[0], asked[1])
            }) {
                assertThat(b.capacity()).isBetween(asked[0], asked[1]);
                assertThat(b.maxCapacity()).isEqualTo(asked[1]);
                b.release();
            }
        }
    }
}
