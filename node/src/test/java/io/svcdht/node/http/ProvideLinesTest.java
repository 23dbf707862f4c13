package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick reader of a line and the careful one of a single provide agree about every line. */
class ProvideLinesTest {
    private static final NodeId SELF = new NodeId(new Key(1, 2, 3, 4));
    private static final NodeConfig CONFIG = ServedNode.config(null);
    private static final String HEX = "00ff".repeat(16);
    private static final List<String> TEXTS = List.of(
            "\"b3:" + HEX + "\"",
            "\"b3:" + HEX.toUpperCase(java.util.Locale.ROOT) + "\"",
            "\"b3:" + HEX + "0\"",
            "\"b3:short\"",
            "\" b3:short \"",
            "\"\"",
            "\"self\"",
            "\"" + SELF.text() + "\"",
            "\"n3:" + HEX + "\"",
            "\"local://a\"",
            "\"a\\\\b\"",
            "\"\\u0041\"",
            "\"ä\"",
            "\"\u007f\"",
            "\"x\ty\"",
            "null",
            "7",
            "{}",
            "[]",
            "\"" + "y".repeat(513) + "\"",
            "\"" + "z".repeat(512) + "\"",
            "\"open");
    private static final List<String> NUMBERS = List.of(
            "600", "1", "0", "-1", "01", "172800", "172801", "1.5", "1e2", "9999999999999", "\"600\"", "null", "");
    private static final List<String> SPACES = List.of("", "", "", "", " ", "  ", "\t", "\r");

    private final ProvideLines lines = new ProvideLines(SELF);

    private String quick(String line) {
        byte[] bytes = ("??" + line + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            Input.Provide p = lines.read(bytes, 2, bytes.length - 1, CONFIG);
            return "%s %s %s %d".formatted(p.cid(), p.locator(), p.addrs(), p.ttlSeconds());
        } catch (ApiError e) {
            return e.code() + ": " + e.detail();
        }
    }

    private static String careful(String line) {
        try {
            ProvideRequest p = ProvideRequest.parse(line, ProvideLines.WHAT, CONFIG, SELF);
            return "%s %s %s %d".formatted(p.cid(), p.locator(), p.addrs(), p.ttlSeconds());
        } catch (ApiError e) {
            return e.code() + ": " + e.detail();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void they_read_the_same(long seed) {
        Random random = new Random(seed);
        int good = 0;
        for (int i = 0; i < 4_000; i++) {
            String line = line(random);
            String expected = careful(line);
            assertThat(quick(line)).as("seed %d, line %d: %s", seed, i, line).isEqualTo(expected);
            good += expected.startsWith("BadRequest") ? 0 : 1;
        }
        assertThat(good).as("lines that were right").isBetween(400, 3_600);
    }

    private static String line(Random random) {
        StringBuilder out = new StringBuilder("{");
        int fields = 1 + random.nextInt(3);
        for (int f = 0; f < fields; f++) {
            out.append(f > 0 && random.nextInt(20) > 0 ? "," : "").append(any(random, SPACES));
            int which = random.nextInt(10);
            if (f == 0 && which < 8 || which == 9) {
                out.append("\"cid\"").append(colon(random)).append(text(random));
            } else if (which < 4) {
                out.append("\"node\"").append(colon(random)).append(text(random));
            } else if (which < 7) {
                out.append("\"ttl_secs\"").append(colon(random)).append(any(random, NUMBERS));
            } else {
                out.append("\"addrs\"").append(colon(random)).append("[\"/ip4/192.0.2.1\"]");
            }
            out.append(any(random, SPACES));
        }
        out.append(random.nextInt(20) == 0 ? "" : "}").append(any(random, SPACES));
        if (random.nextInt(30) == 0) {
            out.insert(random.nextInt(out.length()), (char) (' ' + random.nextInt(95)));
        }
        return out.toString();
    }

    private static String colon(Random random) {
        return any(random, SPACES) + (random.nextInt(30) == 0 ? "" : ":") + any(random, SPACES);
    }

    private static String text(Random random) {
        return random.nextBoolean() ? TEXTS.get(random.nextBoolean() ? 0 : 3) : any(random, TEXTS);
    }

    private static String any(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    @Test
    void neighbours_share_one_text_for_their_locator() {
        byte[] bytes = "{\"cid\":\"b3:a\",\"node\":\"local://shelf\"}".getBytes(StandardCharsets.US_ASCII);
        String first = lines.read(bytes, 0, bytes.length, CONFIG).locator();
        assertThat(lines.read(bytes.clone(), 0, bytes.length, CONFIG).locator()).isSameAs(first);
    }
}
