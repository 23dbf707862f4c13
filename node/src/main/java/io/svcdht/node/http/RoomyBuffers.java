package io.svcdht.node.http;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Buffers with room for a whole answer where one for its head was asked for: Netty's encoder then puts the body behind
 * the head, and an answer is one buffer, one promise and one plain write in the place of two and a gathering one.
 */
final class RoomyBuffers extends AbstractByteBufAllocator {
    /** The head takes some 100 bytes, the answer of a find with one holder 450. */
    private static final int BYTES_MIN = 1024;

    private final ByteBufAllocator base;

    RoomyBuffers(ByteBufAllocator base) {
        super(true);
        this.base = base;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return base.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return base.directBuffer(Math.min(Math.max(initialCapacity, BYTES_MIN), maxCapacity), maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return base.isDirectBufferPooled();
    }
}
