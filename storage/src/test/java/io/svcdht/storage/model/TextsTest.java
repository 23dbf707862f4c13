package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    @Test
    void printable_text_of_any_script_is_trimmed_and_kept() {
        for (String text : List.of("local://nodeA", "größe", "日本語", "😀", "a b", "~!@#$%^&*()", "عربى", "e\u0301")) {
            assertThat(Texts.checked("node", "  " + text + "\t\n")).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00, 0x01, 0x09, 0x0a, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9f, 0xad, 0x061c, 0x200b, 0x200e, 0x200f,
                0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff,
                0xe000, 0xfff9, 0xffff, 0xe0001, 0xf0000, 0x10ffff
            })
    void control_format_and_bidirectional_characters_are_refused(int codePoint) {
        String text = "a" + Character.toString(codePoint) + "b";
        assertThatThrownBy(() -> Texts.checked("node", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node")
                .hasMessageContaining("U+%04X".formatted(codePoint))
                .hasMessageContaining("index 1");
    }

    @Test
    void lone_surrogates_are_refused() {
        for (String text : List.of("a\ud83d", "\ude00a", "a\ud83db", "\ude00\ud83d")) {
            assertThatThrownBy(() -> Texts.checked("cid", text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void length_is_counted_in_bytes_after_trimming() {
        assertThat(Texts.checked("cid", "x".repeat(512))).hasSize(512);
        assertThat(Texts.checked("cid", " ".repeat(700) + "x".repeat(512))).hasSize(512);
        assertThat(Texts.checked("cid", "ü".repeat(256))).hasSize(256);
        assertThat(Texts.checked("cid", "😀".repeat(128))).hasSize(256);
        for (String text : List.of("x".repeat(513), "ü".repeat(257), "😀".repeat(129), "x".repeat(3_000_000))) {
            assertThatThrownBy(() -> Texts.checked("cid", text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("512");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n\r ", "\u2003"})
    void nothing_is_refused(String text) {
        assertThatThrownBy(() -> Texts.checked("cid", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
    }
}
