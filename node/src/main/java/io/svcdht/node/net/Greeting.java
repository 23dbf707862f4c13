package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.FrameRead;
import io.svcdht.node.wire.oap.FrameReader;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Who begins a conversation, as the first encrypted bytes say it:
 *
 * <pre>
 * flags u8            1 = listens nowhere
 * Ed25519 key         32
 * hash of the ML-DSA-87 key   32, zeros without one
 * a frame, and zeros up to the end
 * </pre>
 *
 * @param client whether it listens nowhere
 */
record Greeting(NodeKeys keys, boolean client) {
    static final int BYTES = 1 + 2 * Key.BYTES;

    /** The greeting and the frame, filled up to {@code length}. */
    byte[] encode(byte[] frame, int length) {
        return ByteBuffer.allocate(length)
                .put((byte) (client ? 1 : 0))
                .put(keys.ed25519().bytes())
                .put(keys.mlDsa87Hash().bytes())
                .put(frame)
                .array();
    }

    /** @throws IllegalArgumentException if it is none */
    static Greeting decode(byte[] payload) {
        ByteBuffer b = ByteBuffer.wrap(payload);
        if (payload.length < BYTES || (payload[0] & ~1) != 0) {
            throw new IllegalArgumentException("no greeting");
        }
        boolean client = b.get() == 1;
        Key ed25519 = key(b);
        Key hash = key(b);
        return new Greeting(NodeKeys.of(ed25519, hash), client);
    }

    private static Key key(ByteBuffer b) {
        byte[] bytes = new byte[Key.BYTES];
        b.get(bytes);
        return Key.of(bytes);
    }

    /** The frame behind the greeting; empty if there is none, or something but zeros behind it. */
    Optional<Frame> frame(byte[] payload) {
        ByteBuffer rest = ByteBuffer.wrap(payload, BYTES, payload.length - BYTES);
        if (!(new FrameReader(Datagram.BYTES_MAX, false).read(rest) instanceof FrameRead.Whole(Frame f))) {
            return Optional.empty();
        }
        while (rest.hasRemaining()) {
            if (rest.get() != 0) {
                return Optional.empty();
            }
        }
        return Optional.of(f);
    }
}
