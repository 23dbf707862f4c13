package io.svcdht.node.wire.oap;

import java.nio.ByteBuffer;

/**
 * One OAP/1 frame (contracts §5). All numbers are big-endian:
 *
 * <pre>
 *  0  len          u32   the whole frame, header included
 *  4  ver          u16   1
 *  6  flags        u16
 *  8  code         u16   of a response: {@link WireCode}; otherwise 0
 * 10  app_proto_id u16   {@link #HELLO} or {@link #DHT}
 * 12  tenant_id    u128
 * 28  cap_len      u16   only with START
 * 30  corr_id      u64
 * 38  cap                cap_len bytes
 *  …  payload            the rest
 * </pre>
 *
 * <p>The arrays belong to the frame: nobody changes them.
 *
 * @param flags of the constants here; exactly one of REQ, RESP, EVENT
 * @param cap capability, empty in the DHT's frames
 * @param payload inflated, where the frame was compressed
 */
public record Frame(
        int flags, int code, int appProto, long tenantHigh, long tenantLow, long corrId, byte[] cap, byte[] payload) {
    public static final int VERSION = 1;
    public static final int HEADER_BYTES = 38;
    /** Longest frame of all, bytes. */
    public static final int BYTES_MAX = 1_048_576;
    /** An inflated payload may be this many times the longest frame. */
    public static final int INFLATED_TIMES_MAX = 8;

    public static final int REQ = 1;
    public static final int RESP = 2;
    public static final int EVENT = 4;
    public static final int START = 8;
    public static final int END = 16;
    public static final int ACK_REQ = 32;
    public static final int COMP = 64;
    public static final int APP_E2E = 128;
    /** A message in one frame. */
    public static final int WHOLE = START | END;

    static final int FLAGS_KNOWN = 0xff;
    static final int KINDS = REQ | RESP | EVENT;

    /** The greeting that opens a connection. */
    public static final int HELLO = 0;
    /** Messages of the DHT. */
    public static final int DHT = 0x0D47;

    private static final byte[] NONE = {};

    public static Frame request(int appProto, long corrId, byte[] payload) {
        return new Frame(REQ | WHOLE, 0, appProto, 0, 0, corrId, NONE, payload);
    }

    public static Frame response(int appProto, WireCode code, long corrId, byte[] payload) {
        return new Frame(RESP | WHOLE, code.number(), appProto, 0, 0, corrId, NONE, payload);
    }

    /** Says that the sender wants the connection kept; nobody answers. */
    public static Frame keepAlive() {
        return new Frame(EVENT | WHOLE, 0, HELLO, 0, 0, 0, NONE, NONE);
    }

    public boolean isRequest() {
        return (flags & REQ) != 0;
    }

    public boolean isResponse() {
        return (flags & RESP) != 0;
    }

    /** Whether the message begins and ends in this frame. */
    public boolean isWhole() {
        return (flags & WHOLE) == WHOLE;
    }

    /**
     * The frame's bytes, not compressed.
     *
     * @throws IllegalArgumentException if it breaks a rule of the protocol; the receiver would refuse it
     */
    public byte[] encode() {
        int length = HEADER_BYTES + cap.length + payload.length;
        if (length > BYTES_MAX) {
            throw new IllegalArgumentException("a frame of %d bytes; at most %d go".formatted(length, BYTES_MAX));
        }
        if (cap.length > 0 && (flags & START) == 0 || cap.length > 0xffff) {
            throw new IllegalArgumentException("a capability of %d bytes with flags %d".formatted(cap.length, flags));
        }
        if ((flags & ~(FLAGS_KNOWN & ~COMP)) != 0 || Integer.bitCount(flags & KINDS) != 1) {
            throw new IllegalArgumentException("flags %d cannot be sent".formatted(flags));
        }
        return ByteBuffer.allocate(length)
                .putInt(length)
                .putShort((short) VERSION)
                .putShort((short) flags)
                .putShort((short) code)
                .putShort((short) appProto)
                .putLong(tenantHigh)
                .putLong(tenantLow)
                .putShort((short) cap.length)
                .putLong(corrId)
                .put(cap)
                .put(payload)
                .array();
    }
}
