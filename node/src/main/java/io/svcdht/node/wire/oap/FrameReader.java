package io.svcdht.node.wire.oap;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames, however the bytes come. Not for two threads at once.
 *
 * <pre>
 * HEADER ──38 bytes, fine──▶ BODY ──len bytes──▶ Whole ──▶ HEADER
 *   │ │
 *   │ └──38 bytes, a rule broken──▶ Refused, SKIP ──len bytes──▶ HEADER
 *   └──len &lt; 38 or &gt; the cap──▶ Broken, for good
 * </pre>
 *
 * <p>Memory: a length is a claim. The buffer grows with the bytes that came, at most by doubling, never with the bytes
 * that were announced; what is refused is not kept at all. All in all at most five times what came is allocated, and,
 * where compression was offered, the inflated payload, whose bound is {@link Frame#INFLATED_TIMES_MAX} frames.
 */
public final class FrameReader {
    private static final int BUFFER_BYTES = 1024;
    private static final FrameRead MORE = new FrameRead.More();

    private final int frameBytesMax;
    private final boolean inflates;
    private byte[] buffer = {};
    private int have;
    /** Bytes of a refused frame still to come. */
    private int skip;

    private FrameRead.@Nullable Broken broken;

    /**
     * A reader at the start of a stream.
     *
     * @param frameBytesMax longest frame taken, {@value Frame#HEADER_BYTES} … {@value Frame#BYTES_MAX}
     * @param inflates whether HELLO offered COMP
     */
    public FrameReader(int frameBytesMax, boolean inflates) {
        if (frameBytesMax < Frame.HEADER_BYTES || frameBytesMax > Frame.BYTES_MAX) {
            throw new IllegalArgumentException("frames of at most %d bytes".formatted(frameBytesMax));
        }
        this.frameBytesMax = frameBytesMax;
        this.inflates = inflates;
    }

    /**
     * Takes bytes up to the end of the next frame and says what that is. Call again until it says
     * {@link FrameRead.More} or {@link FrameRead.Broken}.
     */
    public FrameRead read(ByteBuffer in) {
        FrameRead.Broken end = broken;
        if (end != null) {
            return end;
        }
        if (skip > 0) {
            int n = Math.min(skip, in.remaining());
            in.position(in.position() + n);
            skip -= n;
            if (skip > 0) {
                return MORE;
            }
        }
        if (have < Frame.HEADER_BYTES && !fill(in, Frame.HEADER_BYTES)) {
            return MORE;
        }
        ByteBuffer header = ByteBuffer.wrap(buffer, 0, Frame.HEADER_BYTES);
        int length = header.getInt(0);
        // A negative one is an unsigned one of more than two gibibytes.
        if (length < 0 || length > frameBytesMax || length < Frame.HEADER_BYTES) {
            WireError why = length >= 0 && length < Frame.HEADER_BYTES ? WireError.TooShort : WireError.TooLong;
            return broken(why, header.getLong(30));
        }
        Optional<WireError> wrong = check(header, length);
        if (wrong.isPresent()) {
            return refuse(wrong.get(), header, length, in);
        }
        if (!fill(in, length)) {
            return MORE;
        }
        have = 0;
        FrameRead whole = whole(length);
        if (buffer.length > 16 * BUFFER_BYTES) {
            // One long frame must not cost its memory for the life of the connection.
            buffer = new byte[0];
        }
        return whole;
    }

    /** The stream has ended; whether that cut a frame. */
    public Optional<WireError> end() {
        return broken == null && (have > 0 || skip > 0) ? Optional.of(WireError.Cut) : Optional.empty();
    }

    /** Whether a frame has begun and not ended. */
    public boolean isInFrame() {
        return have > 0 || skip > 0;
    }

    private Optional<WireError> check(ByteBuffer header, int length) {
        int flags = header.getShort(6) & 0xffff;
        int capLength = header.getShort(28) & 0xffff;
        if (header.getShort(4) != Frame.VERSION) {
            return Optional.of(WireError.WrongVersion);
        }
        if ((flags & ~Frame.FLAGS_KNOWN) != 0) {
            return Optional.of(WireError.UnknownFlag);
        }
        if (Integer.bitCount(flags & Frame.KINDS) != 1) {
            return Optional.of(WireError.NoKind);
        }
        if (capLength > 0 && (flags & Frame.START) == 0) {
            return Optional.of(WireError.CapWithoutStart);
        }
        if (capLength > length - Frame.HEADER_BYTES) {
            return Optional.of(WireError.CapTooLong);
        }
        if ((flags & Frame.COMP) != 0 && !inflates) {
            return Optional.of(WireError.CompNotOffered);
        }
        return Optional.empty();
    }

    private FrameRead refuse(WireError why, ByteBuffer header, int length, ByteBuffer in) {
        FrameRead refused = new FrameRead.Refused(why, header.getShort(6) & 0xffff, header.getLong(30));
        int rest = length - have;
        int here = Math.min(rest, in.remaining());
        in.position(in.position() + here);
        skip = rest - here;
        have = 0;
        return refused;
    }

    private FrameRead broken(WireError why, long corrId) {
        FrameRead.Broken end = new FrameRead.Broken(why, corrId);
        broken = end;
        buffer = new byte[0];
        have = 0;
        return end;
    }

    /** Fills the buffer up to {@code wanted} bytes as far as there are any. */
    private boolean fill(ByteBuffer in, int wanted) {
        int n = Math.min(wanted - have, in.remaining());
        if (have + n > buffer.length) {
            int doubled = Math.min(Math.max(BUFFER_BYTES, buffer.length * 2), frameBytesMax);
            buffer = Arrays.copyOf(buffer, Math.max(doubled, have + n));
        }
        in.get(buffer, have, n);
        have += n;
        return have == wanted;
    }

    private FrameRead whole(int length) {
        ByteBuffer b = ByteBuffer.wrap(buffer, 0, length);
        int flags = b.getShort(6) & 0xffff;
        int payloadAt = Frame.HEADER_BYTES + (b.getShort(28) & 0xffff);
        byte[] payload;
        if ((flags & Frame.COMP) == 0) {
            payload = Arrays.copyOfRange(buffer, payloadAt, length);
        } else {
            try {
                payload = inflate(payloadAt, length);
            } catch (DataFormatException e) {
                return new FrameRead.Refused(WireError.BadCompression, flags, b.getLong(30));
            }
            if (payload.length > inflatedBytesMax()) {
                return new FrameRead.Refused(WireError.InflatedTooLarge, flags, b.getLong(30));
            }
        }
        return new FrameRead.Whole(new Frame(
                flags & ~Frame.COMP,
                b.getShort(8) & 0xffff,
                b.getShort(10) & 0xffff,
                b.getLong(12),
                b.getLong(20),
                b.getLong(30),
                Arrays.copyOfRange(buffer, Frame.HEADER_BYTES, payloadAt),
                payload));
    }

    private int inflatedBytesMax() {
        return Frame.INFLATED_TIMES_MAX * frameBytesMax;
    }

    /** The zlib stream (RFC 1950) inflated, cut off one byte behind the bound. */
    private byte[] inflate(int from, int to) throws DataFormatException {
        int bound = inflatedBytesMax() + 1;
        try (Inflater zlib = new Inflater()) {
            zlib.setInput(buffer, from, to - from);
            byte[] out = new byte[Math.min(bound, Math.max(64, 4 * (to - from)))];
            int n = 0;
            while (!zlib.finished() && n < bound) {
                if (n == out.length) {
                    out = Arrays.copyOf(out, (int) Math.min(bound, 2L * out.length));
                }
                int more = zlib.inflate(out, n, out.length - n);
                n += more;
                if (more == 0 && (zlib.needsInput() || zlib.needsDictionary())) {
                    throw new DataFormatException("cut, or made with a dictionary");
                }
            }
            if (zlib.finished() && zlib.getRemaining() > 0) {
                throw new DataFormatException("bytes behind the end");
            }
            return Arrays.copyOf(out, n);
        }
    }
}
