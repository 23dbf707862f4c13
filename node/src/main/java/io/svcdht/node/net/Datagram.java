package io.svcdht.node.net;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The four kinds of datagrams, at most {@value #BYTES_MAX} bytes, big-endian:
 *
 * <pre>
 * INIT    01 | suite u8 = 1 | 0 u16 | from u32 | Noise IK's first message | mac1 16 | mac2 16     always 1,200 bytes
 * RESP    02 | 0 u24 | to u32 | from u32 | Noise IK's second message
 * DATA    03 | 0 u24 | to u32 | counter u64 | a sealed frame                   the 16 bytes before it are authenticated
 * COOKIE  04 | 0 u24 | to u32 | nonce 24 | a sealed cookie 32
 * </pre>
 *
 * <p>{@code from} is the number under which the sender keeps the conversation, {@code to} the one it was told.
 */
sealed interface Datagram {
    /** Less than the smallest MTU of IPv6 with its headers, so that nobody has to cut it up. */
    int BYTES_MAX = 1_200;

    int MAC_BYTES = 16;
    int NONCE_BYTES = 24;
    int COOKIE_BYTES = 32;
    int INIT_HEADER = 8;
    int RESP_HEADER = 12;
    int DATA_HEADER = 16;
    /** Bytes of Noise's first message in an INIT. */
    int INIT_NOISE = BYTES_MAX - INIT_HEADER - 2 * MAC_BYTES;

    byte[] encode();

    /**
     * Somebody wants to talk.
     *
     * @param mac1 over all before it, with a key that follows from the responder's public one
     * @param mac2 over all before it, with the cookie; zeros without one
     */
    record Init(int from, byte[] noise, byte[] mac1, byte[] mac2) implements Datagram {
        @Override
        public byte[] encode() {
            return ByteBuffer.allocate(BYTES_MAX)
                    .put(head())
                    .put(mac1)
                    .put(mac2)
                    .array();
        }

        /** What mac1 is over. */
        byte[] head() {
            return ByteBuffer.allocate(BYTES_MAX - 2 * MAC_BYTES)
                    .put((byte) 1)
                    .put((byte) 1)
                    .putShort((short) 0)
                    .putInt(from)
                    .put(noise)
                    .array();
        }

        /** What mac2 is over. */
        byte[] headAndMac1() {
            return ByteBuffer.allocate(BYTES_MAX - MAC_BYTES)
                    .put(head())
                    .put(mac1)
                    .array();
        }

        Init with(byte[] newMac1, byte[] newMac2) {
            return new Init(from, noise, newMac1, newMac2);
        }
    }

    /** The answer to an INIT. */
    record Resp(int to, int from, byte[] noise) implements Datagram {
        @Override
        public byte[] encode() {
            return ByteBuffer.allocate(RESP_HEADER + noise.length)
                    .putInt(2 << 24)
                    .putInt(to)
                    .putInt(from)
                    .put(noise)
                    .array();
        }
    }

    /** What is said afterwards. */
    record Data(int to, long counter, byte[] sealed) implements Datagram {
        @Override
        public byte[] encode() {
            return ByteBuffer.allocate(DATA_HEADER + sealed.length)
                    .put(header())
                    .put(sealed)
                    .array();
        }

        byte[] header() {
            return header(to, counter);
        }

        static byte[] header(int to, long counter) {
            return ByteBuffer.allocate(DATA_HEADER)
                    .putInt(3 << 24)
                    .putInt(to)
                    .putLong(counter)
                    .array();
        }
    }

    /** Come again, and show that you are where you say: the answer to an INIT under load. */
    record Cookie(int to, byte[] nonce, byte[] sealed) implements Datagram {
        @Override
        public byte[] encode() {
            return ByteBuffer.allocate(8 + NONCE_BYTES + COOKIE_BYTES)
                    .putInt(4 << 24)
                    .putInt(to)
                    .put(nonce)
                    .put(sealed)
                    .array();
        }
    }

    /** Reads the shape; nothing in it is believed yet. Empty for anything else. */
    static Optional<Datagram> read(byte[] bytes) {
        if (bytes.length < INIT_HEADER || bytes.length > BYTES_MAX) {
            return Optional.empty();
        }
        ByteBuffer b = ByteBuffer.wrap(bytes);
        return switch (b.getInt()) {
            case 1 << 24 | 1 << 16 -> init(b);
            case 2 << 24 ->
                bytes.length > RESP_HEADER ? Optional.of(new Resp(b.getInt(), b.getInt(), rest(b))) : Optional.empty();
            case 3 << 24 ->
                bytes.length > DATA_HEADER ? Optional.of(new Data(b.getInt(), b.getLong(), rest(b))) : Optional.empty();
            case 4 << 24 ->
                bytes.length == 8 + NONCE_BYTES + COOKIE_BYTES
                        ? Optional.of(new Cookie(b.getInt(), take(b, NONCE_BYTES), rest(b)))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Datagram> init(ByteBuffer b) {
        // Shorter ones would let somebody be answered with more than was sent.
        return b.capacity() == BYTES_MAX
                ? Optional.of(new Init(b.getInt(), take(b, INIT_NOISE), take(b, MAC_BYTES), take(b, MAC_BYTES)))
                : Optional.empty();
    }

    private static byte[] rest(ByteBuffer b) {
        return take(b, b.remaining());
    }

    private static byte[] take(ByteBuffer b, int bytes) {
        byte[] taken = new byte[bytes];
        b.get(taken);
        return taken;
    }
}
