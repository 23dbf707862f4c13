package io.svcdht.node.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Which span of which trace something is part of (W3C Trace Context, level 1). On the wire between nodes 25 bytes:
 *
 * <pre>
 * trace id 16 | span id 8 | flags 1
 * </pre>
 *
 * @param flags bit 0 = whoever began wants it recorded
 */
public record TraceContext(long traceHigh, long traceLow, long span, byte flags) {
    /** As many bytes as it takes on the wire. */
    public static final int BYTES = 25;

    private static final int TEXT_CHARS = 55;
    private static final HexFormat HEX = HexFormat.of();

    /** What a {@code traceparent} header says; null where it says nothing that can be used, as the specification wants. */
    public static @Nullable TraceContext parse(@Nullable String header) {
        if (header == null
                || header.length() < TEXT_CHARS
                || header.charAt(2) != '-'
                || header.charAt(35) != '-'
                || header.charAt(52) != '-') {
            return null;
        }
        boolean known = header.startsWith("00");
        boolean longer = header.length() > TEXT_CHARS;
        if (header.startsWith("ff")
                || longer && (known || header.charAt(TEXT_CHARS) != '-')
                || !isHex(header, 0, 2)
                || !isHex(header, 3, 35)
                || !isHex(header, 36, 52)
                || !isHex(header, 53, TEXT_CHARS)) {
            return null;
        }
        return sound(new TraceContext(
                HexFormat.fromHexDigitsToLong(header, 3, 19),
                HexFormat.fromHexDigitsToLong(header, 19, 35),
                HexFormat.fromHexDigitsToLong(header, 36, 52),
                (byte) HexFormat.fromHexDigits(header, 53, TEXT_CHARS)));
    }

    /** What a peer sent; null where it is nothing that can be used. */
    public static @Nullable TraceContext of(byte[] bytes) {
        if (bytes.length != BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return sound(new TraceContext(in.getLong(), in.getLong(), in.getLong(), in.get()));
    }

    private static @Nullable TraceContext sound(TraceContext c) {
        return (c.traceHigh | c.traceLow) == 0 || c.span == 0 ? null : c;
    }

    /** Upper case is refused by the specification. */
    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(traceHigh)
                .putLong(traceLow)
                .putLong(span)
                .put(flags)
                .array();
    }

    /** 32 hex digits. */
    public String traceId() {
        return HEX.toHexDigits(traceHigh) + HEX.toHexDigits(traceLow);
    }

    /** 16 hex digits. */
    public String spanId() {
        return HEX.toHexDigits(span);
    }

    public boolean sampled() {
        return (flags & 1) != 0;
    }
}
