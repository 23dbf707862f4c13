package io.svcdht.node.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
    @Test
    void positions_and_instants_are_told_apart() {
        assertThat(Moment.parse("seq:12")).isEqualTo(new Moment.AtPosition(12));
        assertThat(Moment.parse("0")).isEqualTo(new Moment.AtPosition(0));
        assertThat(Moment.parse("1970-01-01T00:00:01Z")).isEqualTo(new Moment.AtInstant(1000));
        assertThat(Moment.parse("1970-01-01T02:00:01.5+02:00")).isEqualTo(new Moment.AtInstant(1500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "seq:", "seq:-1", "-1", "yesterday", "99999999999999999999", "2026-01-31", "١٢"})
    void what_is_neither_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Moment.parse(text));
    }
}
