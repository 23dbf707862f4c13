package io.svcdht.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SayTest {
    @Test
    void writes_sizes_in_powers_of_a_thousand() {
        assertThat(Say.bytes(0)).isEqualTo("0 bytes");
        assertThat(Say.bytes(1)).isEqualTo("1 byte");
        assertThat(Say.bytes(999)).isEqualTo("999 bytes");
        assertThat(Say.bytes(1_000)).isEqualTo("1.0 kB");
        assertThat(Say.bytes(999_600)).isEqualTo("1.0 MB");
        assertThat(Say.bytes(6_249_000_000L)).isEqualTo("6.2 GB");
        assertThat(Say.bytes(Long.MAX_VALUE)).isEqualTo("9223 PB");
    }

    @Test
    void writes_the_two_greatest_units_of_a_duration() {
        assertThat(Say.duration(-5)).isEqualTo("0 s");
        assertThat(Say.duration(59_999)).isEqualTo("59 s");
        assertThat(Say.duration(600_000)).isEqualTo("10 min");
        assertThat(Say.duration(3_661_000)).isEqualTo("1 h 1 min");
        assertThat(Say.duration(93_784_000)).isEqualTo("1 d 2 h");
    }

    @Test
    void names_the_day_only_where_it_is_another() {
        assertThat(Say.clock(86_400_000L * 3 + 1, 86_400_000L * 3 + 2)).isEqualTo("00:00:00.001");
        assertThat(Say.clock(86_399_999L, 86_400_000L)).isEqualTo("1 Jan 23:59:59.999");
    }

    @Test
    void cuts_long_texts_between_characters_never_inside_one() {
        String smileys = "😀".repeat(40);
        String cut = Say.shortened(smileys, 3, 2);
        assertThat(cut).isEqualTo("😀😀😀…😀😀");
        assertThat(Say.shortened("short", 3, 2)).isEqualTo("short");
    }
}
