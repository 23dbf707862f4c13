package io.svcdht.storage.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.testing.Golden;
import io.svcdht.storage.testing.GoldenDiscovery;
import io.svcdht.storage.testing.GoldenRouting;
import io.svcdht.storage.testing.GoldenTrust;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that were released: every later build must read them, and write the same ones. */
class GoldenEventsTest {
    /** A committed file and the story in it. */
    private enum Fixture {
        FIRST("/events-v1.hex"),
        ROUTING("/events-v1-routing.hex"),
        TRUST("/events-v3-trust.hex"),
        DISCOVERY("/events-v1-discovery.hex");

        private final String file;

        Fixture(String file) {
            this.file = file;
        }

        List<JournalEntry> entries() {
            return switch (this) {
                case FIRST -> Golden.entries();
                case ROUTING -> GoldenRouting.entries();
                case TRUST -> GoldenTrust.entries();
                case DISCOVERY -> GoldenDiscovery.entries();
            };
        }
    }

    /** Lines of {@code position hex}; # begins a comment. */
    private static Map<Long, String> golden(Fixture fixture) throws IOException {
        Map<Long, String> hexByPosition = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(GoldenEventsTest.class.getResourceAsStream(fixture.file));
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

    @ParameterizedTest
    @EnumSource
    void released_bytes_are_read_as_what_was_written(Fixture fixture) throws Exception {
        Map<Long, String> golden = golden(fixture);
        assertThat(golden).hasSameSizeAs(fixture.entries());
        for (JournalEntry entry : fixture.entries()) {
            byte[] bytes = HexFormat.of().parseHex(Objects.requireNonNull(golden.get(entry.position())));
            assertThat(EventCodec.decode(entry.position(), bytes, 0, bytes.length))
                    .isEqualTo(entry);
        }
    }

    @ParameterizedTest
    @EnumSource
    void released_bytes_are_still_what_is_written(Fixture fixture) throws Exception {
        Map<Long, String> golden = golden(fixture);
        for (JournalEntry e : fixture.entries()) {
            ByteSink out = new ByteSink(64);
            EventCodec.encode(e.position(), e.instantMillis(), e.cause(), e.event(), out);
            assertThat(HexFormat.of().formatHex(out.toByteArray()))
                    .as("position %d, %s", e.position(), e.event().type())
                    .isEqualTo(golden.get(e.position()));
        }
    }

    @Test
    void every_type_is_in_a_fixture() {
        assertThat(Arrays.stream(Fixture.values()).flatMap(f -> f.entries().stream()))
                .extracting(e -> e.event().type())
                .as("a new event needs a fixture of its own")
                .contains(EventType.values());
    }
}
