package io.svcdht.node.wire.oap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {
    private static final byte[] PAYLOAD = Samples.ascii("the payload");

    private static FrameReader reader() {
        return new FrameReader(Frame.BYTES_MAX, false);
    }

    /** Everything the reader says to the bytes. */
    private static List<FrameRead> all(FrameReader reader, ByteBuffer in) {
        List<FrameRead> said = new ArrayList<>();
        while (true) {
            FrameRead r = reader.read(in);
            if (r instanceof FrameRead.More) {
                return said;
            }
            said.add(r);
            if (r instanceof FrameRead.Broken) {
                return said;
            }
        }
    }

    private static byte[] request() {
        return Frame.request(Frame.DHT, Samples.CORR_ID, PAYLOAD).encode();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] p : parts) {
            out.writeBytes(p);
        }
        return out.toByteArray();
    }

    private static byte[] with(byte[] frame, int offset, int value) {
        byte[] changed = frame.clone();
        changed[offset] = (byte) value;
        return changed;
    }

    private static Frame whole(FrameRead read) {
        return ((FrameRead.Whole) read).frame();
    }

    @Test
    void a_frame_is_read_as_it_was_written() {
        Frame sent = new Frame(
                Frame.EVENT | Frame.START | Frame.ACK_REQ,
                1501,
                7,
                1,
                2,
                Samples.CORR_ID,
                Samples.ascii("cap"),
                PAYLOAD);

        Frame read = whole(reader().read(ByteBuffer.wrap(sent.encode())));

        assertThat(read).usingRecursiveComparison().isEqualTo(sent);
    }

    @Test
    void frames_are_found_however_the_bytes_come() {
        byte[] stream = joined(request(), Frame.keepAlive().encode(), with(request(), 7, 0), request());
        for (int step = 1; step <= stream.length; step++) {
            FrameReader reader = reader();
            List<FrameRead> said = new ArrayList<>();
            for (int at = 0; at < stream.length; at += step) {
                said.addAll(all(reader, ByteBuffer.wrap(stream, at, Math.min(step, stream.length - at))));
            }
            assertThat(said).as("in steps of %d bytes", step).hasSize(4);
            assertThat(whole(said.get(0)).payload()).isEqualTo(PAYLOAD);
            assertThat(whole(said.get(1)).payload()).isEmpty();
            assertThat(said.get(2)).isEqualTo(new FrameRead.Refused(WireError.NoKind, 0, Samples.CORR_ID));
            assertThat(whole(said.get(3)).corrId()).isEqualTo(Samples.CORR_ID);
            assertThat(reader.end()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5, 2, WrongVersion",
        "6, 1, UnknownFlag",
        "7, 0, NoKind",
        "7, 27, NoKind",
        "7, 89, CompNotOffered",
        "28, 1, CapTooLong",
        "29, 12, CapTooLong",
    })
    void a_frame_that_breaks_a_rule_is_passed_over(int offset, int value, WireError why) {
        FrameReader reader = reader();

        List<FrameRead> said = all(reader, ByteBuffer.wrap(joined(with(request(), offset, value), request())));

        assertThat(said).hasSize(2);
        assertThat(said.getFirst()).isInstanceOfSatisfying(FrameRead.Refused.class, r -> assertThat(r.why())
                .isEqualTo(why));
        assertThat(whole(said.getLast()).payload()).isEqualTo(PAYLOAD);
    }

    @Test
    void a_capability_comes_only_with_START() {
        byte[] frame = with(with(request(), 7, Frame.REQ | Frame.END), 29, 3);

        assertThat(reader().read(ByteBuffer.wrap(frame)))
                .isEqualTo(new FrameRead.Refused(WireError.CapWithoutStart, Frame.REQ | Frame.END, Samples.CORR_ID));
    }

    @ParameterizedTest
    @CsvSource({"0, TooShort", "37, TooShort", "1048577, TooLong", "2147483647, TooLong", "-1, TooLong"})
    void a_length_that_cannot_be_followed_ends_the_stream(int length, WireError why) {
        byte[] frame = request();
        ByteBuffer.wrap(frame).putInt(0, length);
        FrameReader reader = reader();

        assertThat(reader.read(ByteBuffer.wrap(frame))).isEqualTo(new FrameRead.Broken(why, Samples.CORR_ID));
        assertThat(reader.read(ByteBuffer.wrap(request())))
                .as("for good")
                .isEqualTo(new FrameRead.Broken(why, Samples.CORR_ID));
    }

    @Test
    void a_stream_that_ends_inside_a_frame_is_cut() {
        byte[] frame = request();
        for (int n = 1; n < frame.length; n++) {
            FrameReader reader = reader();
            assertThat(all(reader, ByteBuffer.wrap(frame, 0, n))).isEmpty();
            assertThat(reader.end()).as("after %d bytes", n).contains(WireError.Cut);
        }
    }

    private static byte[] compressed(byte[] plain) {
        try (Deflater zlib = new Deflater()) {
            zlib.setInput(plain);
            zlib.finish();
            byte[] out = new byte[plain.length + 64];
            return Arrays.copyOf(out, zlib.deflate(out));
        }
    }

    private static byte[] deflated(byte[] plain) {
        byte[] out = new byte[plain.length + 64];
        int n;
        try (Deflater zlib = new Deflater()) {
            zlib.setInput(plain);
            zlib.finish();
            n = zlib.deflate(out);
        }
        byte[] frame = Frame.request(Frame.DHT, 1, Arrays.copyOf(out, n)).encode();
        return with(frame, 7, Frame.REQ | Frame.WHOLE | Frame.COMP);
    }

    @Test
    void a_compressed_payload_is_inflated_where_that_was_offered() {
        byte[] plain = new byte[100_000];
        Arrays.fill(plain, (byte) 'x');

        Frame read = whole(new FrameReader(Frame.BYTES_MAX, true).read(ByteBuffer.wrap(deflated(plain))));

        assertThat(read.payload()).isEqualTo(plain);
        assertThat(read.flags()).isEqualTo(Frame.REQ | Frame.WHOLE);
    }

    @Test
    void an_inflated_payload_has_a_bound() {
        int max = 65_536;
        byte[] fits = deflated(new byte[8 * max]);
        byte[] bomb = deflated(new byte[8 * max + 1]);

        FrameReader reader = new FrameReader(max, true);
        List<FrameRead> said = all(reader, ByteBuffer.wrap(joined(fits, bomb, request())));

        assertThat(whole(said.get(0)).payload()).hasSize(8 * max);
        assertThat(said.get(1)).isInstanceOfSatisfying(FrameRead.Refused.class, r -> assertThat(r.why())
                .isEqualTo(WireError.InflatedTooLarge));
        assertThat(said.get(2)).isInstanceOf(FrameRead.Whole.class);
    }

    @Test
    void what_is_no_zlib_stream_is_refused() {
        byte[] good = compressed(PAYLOAD);
        byte[][] bad = {
            PAYLOAD, {}, Arrays.copyOf(good, good.length - 1), joined(good, new byte[1]), with(good, 0, 0x79)
        };
        for (byte[] payload : bad) {
            byte[] frame = with(Frame.request(Frame.DHT, 1, payload).encode(), 7, 0x59);
            assertThat(new FrameReader(Frame.BYTES_MAX, true).read(ByteBuffer.wrap(frame)))
                    .isInstanceOfSatisfying(
                            FrameRead.Refused.class, r -> assertThat(r.why()).isEqualTo(WireError.BadCompression));
        }
    }

    @Test
    void a_claimed_length_allocates_nothing() {
        byte[] claim = Arrays.copyOf(request(), 100);
        ByteBuffer.wrap(claim).putInt(0, Frame.BYTES_MAX);
        List<FrameReader> kept = new ArrayList<>();

        long allocated = Allocated.by(() -> {
            for (int i = 0; i < 200; i++) {
                FrameReader reader = reader();
                all(reader, ByteBuffer.wrap(claim));
                kept.add(reader);
            }
        });

        assertThat(allocated).as("for 200 claims of a mebibyte each").isLessThan(200 * 4_096);
        assertThat(kept).allMatch(FrameReader::isInFrame);
    }

    @Test
    void what_is_allocated_depends_on_what_came() {
        byte[] long1 = Frame.request(Frame.DHT, 1, new byte[Frame.BYTES_MAX - Frame.HEADER_BYTES])
                .encode();
        byte[] skipped = with(long1, 6, 1);
        FrameReader reader = reader();

        long whole = Allocated.by(() -> all(reader(), ByteBuffer.wrap(long1)));
        long trickled = Allocated.by(() -> {
            FrameReader r = reader();
            for (int at = 0; at < long1.length; at += 1_000) {
                all(r, ByteBuffer.wrap(long1, at, Math.min(1_000, long1.length - at)));
            }
        });
        long refused = Allocated.by(() -> all(reader, ByteBuffer.wrap(skipped)));

        assertThat(whole).isLessThan(5L * long1.length);
        assertThat(trickled).isLessThan(5L * long1.length);
        assertThat(refused).as("a refused frame is not kept").isLessThan(65_536);
    }

    @Test
    void frames_that_break_a_rule_are_not_sent() {
        byte[] none = {};
        assertThatThrownBy(() ->
                        Frame.request(Frame.DHT, 1, new byte[Frame.BYTES_MAX]).encode())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Frame(Frame.REQ, 0, 0, 0, 0, 0, new byte[1], none).encode())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Frame(Frame.WHOLE, 0, 0, 0, 0, 0, none, none).encode())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noise_is_answered_by_a_closed_set_of_words() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            byte[] stream = joined(request(), request());
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                stream[random.nextInt(stream.length)] = (byte) random.nextInt();
            }
            FrameReader reader = new FrameReader(Frame.BYTES_MAX, random.nextBoolean());
            int at = 0;
            while (at < stream.length) {
                int n = Math.min(1 + random.nextInt(60), stream.length - at);
                assertThat(all(reader, ByteBuffer.wrap(stream, at, n)))
                        .as("seed %d", seed)
                        .hasSizeLessThanOrEqualTo(3);
                at += n;
            }
        }
    }
}
