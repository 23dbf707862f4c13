package io.svcdht.node.http;

import io.netty.buffer.Unpooled;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Bodies of requests, for the fuzzer: in this package, where their readers are. */
public final class BodyFuzz {
    private static final int LINE_BYTES_MAX = 256;
    private static final NodeId SELF = new NodeId(new Key(1, 2, 3, 4));
    private static final NodeConfig CONFIG =
            ((Loaded) ConfigLoader.load(Flags.parse(List.of("--amnesia")), Map.of())).config();

    private BodyFuzz() {}

    /** The quick way to read a line and the thorough one come to the same. */
    public static void body(byte[] input) {
        Object thorough;
        try {
            ProvideRequest r =
                    ProvideRequest.parse(Query.utf8(java.nio.ByteBuffer.wrap(input), "the line"), CONFIG, SELF);
            thorough = List.of(r.cid(), r.locator(), r.addrs(), r.ttlSeconds());
        } catch (ApiError e) {
            thorough = "refused";
        }
        Object quick;
        try {
            Input.Provide r = new ProvideLines(SELF).read(input, 0, input.length, CONFIG);
            quick = List.of(r.cid(), r.locator(), r.addrs(), r.ttlSeconds());
        } catch (ApiError e) {
            quick = "refused";
        }
        if (!quick.equals(thorough)) {
            throw new AssertionError("read quickly it is %s, read thoroughly %s".formatted(quick, thorough));
        }
    }

    /** Lines are the same however the bytes were cut. */
    public static void lines(byte[] input) {
        List<String> whole = cut(input, input.length + 1);
        List<String> pieces = cut(input, input.length == 0 ? 1 : 1 + (input[0] & 0x1f));
        if (!whole.equals(pieces)) {
            throw new AssertionError("in one piece %s, in several %s".formatted(whole, pieces));
        }
        ProvideLines reader = new ProvideLines(SELF);
        for (String line : whole) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            try {
                reader.read(bytes, 0, bytes.length, CONFIG);
            } catch (ApiError e) {
                // The line's own result says so.
            }
        }
    }

    private static List<String> cut(byte[] input, int step) {
        LineCutter cutter = new LineCutter(LINE_BYTES_MAX);
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < input.length; from += step) {
            cutter.add(Unpooled.wrappedBuffer(Arrays.copyOfRange(input, from, Math.min(input.length, from + step))));
            take(cutter, lines);
        }
        cutter.end();
        take(cutter, lines);
        return lines;
    }

    private static void take(LineCutter cutter, List<String> lines) {
        for (LineCutter.Found f = cutter.next(); f != LineCutter.Found.NOTHING; f = cutter.next()) {
            lines.add(
                    f == LineCutter.Found.TOO_LONG
                            ? "too long"
                            : new String(
                                    cutter.bytes(),
                                    cutter.from(),
                                    cutter.to() - cutter.from(),
                                    StandardCharsets.ISO_8859_1));
        }
    }
}
