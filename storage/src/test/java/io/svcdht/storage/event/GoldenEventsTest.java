package io.svcdht.storage.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.testing.Golden;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Bytes that were released: every later build must read them, and write the same ones while it writes version 1. */
class GoldenEventsTest {
    /** Lines of {@code position hex}; # begins a comment. */
    private static Map<Long, String> golden() throws IOException {
        Map<Long, String> hexByPosition = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(GoldenEventsTest.class.getResourceAsStream("/events-v1.hex"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line : lines.lines().toList()) {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ", -1);
                    hexByPosition.put(Long.valueOf(words[0]), words[1]);
                }
            }
        }
        return hexByPosition;
    }

    @Test
    void version_1_bytes_are_read_as_what_was_written() throws Exception {
        Map<Long, String> golden = golden();
        assertThat(golden).hasSameSizeAs(Golden.entries());
        for (JournalEntry entry : Golden.entries()) {
            byte[] bytes = HexFormat.of().parseHex(Objects.requireNonNull(golden.get(entry.position())));
            assertThat(EventCodec.decode(entry.position(), bytes, 0, bytes.length))
                    .isEqualTo(entry);
        }
    }

    @Test
    void version_1_bytes_are_still_what_is_written() throws Exception {
        Map<Long, String> golden = golden();
        for (JournalEntry e : Golden.entries()) {
            ByteSink out = new ByteSink(64);
            EventCodec.encode(e.position(), e.instantMillis(), e.cause(), e.event(), out);
            assertThat(HexFormat.of().formatHex(out.toByteArray()))
                    .as("position %d, %s", e.position(), e.event().type())
                    .isEqualTo(golden.get(e.position()));
        }
    }

    @Test
    void every_type_is_in_the_fixture() {
        assertThat(Golden.entries())
                .extracting(e -> e.event().type())
                .as("a new event needs a fixture of its own version")
                .contains(EventType.values());
    }
}
