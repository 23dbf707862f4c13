package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineCutterTest {
    private static final int MAX = 20;

    private static void drain(LineCutter cutter, List<String> into) {
        for (LineCutter.Found f = cutter.next(); f != LineCutter.Found.NOTHING; f = cutter.next()) {
            into.add(
                    f == LineCutter.Found.TOO_LONG
                            ? "(too long)"
                            : new String(
                                    cutter.bytes(),
                                    cutter.from(),
                                    cutter.to() - cutter.from(),
                                    StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void the_same_lines_however_the_bytes_come(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<String> expected = new ArrayList<>();
            StringBuilder all = new StringBuilder();
            int lines = random.nextInt(12);
            boolean lastEnds = random.nextBoolean();
            for (int i = 0; i < lines; i++) {
                int length =
                        switch (random.nextInt(4)) {
                            case 0 -> 0;
                            case 1 -> MAX;
                            case 2 -> MAX + 1 + random.nextInt(100);
                            default -> random.nextInt(MAX);
                        };
                boolean last = i == lines - 1;
                String line = "abcdefgh".repeat(20).substring(0, length);
                if (!last || lastEnds || length > 0) {
                    expected.add(length > MAX ? "(too long)" : line);
                }
                all.append(line).append(last && !lastEnds ? "" : "\n");
            }
            byte[] bytes = all.toString().getBytes(StandardCharsets.US_ASCII);
            LineCutter cutter = new LineCutter(MAX);
            List<String> found = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int n = Math.min(bytes.length - at, 1 + random.nextInt(30));
                cutter.add(Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, at, at + n)));
                at += n;
                if (random.nextBoolean()) {
                    drain(cutter, found);
                }
            }
            cutter.end();
            drain(cutter, found);
            assertThat(found).as("seed %d, round %d: %s", seed, round, all).isEqualTo(expected);
        }
    }

    @Test
    void however_long_a_line_it_takes_no_room() {
        LineCutter cutter = new LineCutter(MAX);
        byte[] chunk = new byte[1000];
        for (int i = 0; i < 10_000; i++) {
            cutter.add(Unpooled.wrappedBuffer(chunk));
            assertThat(cutter.next()).isEqualTo(LineCutter.Found.NOTHING);
        }
        assertThat(cutter.capacity()).isLessThan(10_000);
        cutter.add(Unpooled.copiedBuffer("\n", StandardCharsets.US_ASCII));
        assertThat(cutter.next()).isEqualTo(LineCutter.Found.TOO_LONG);
    }

    @Test
    void what_is_dropped_is_no_line() {
        LineCutter cutter = new LineCutter(MAX);
        cutter.add(Unpooled.copiedBuffer("a\nhalf", StandardCharsets.US_ASCII));
        assertThat(cutter.next()).isEqualTo(LineCutter.Found.LINE);
        cutter.drop();
        assertThat(cutter.next()).isEqualTo(LineCutter.Found.NOTHING);
    }
}
