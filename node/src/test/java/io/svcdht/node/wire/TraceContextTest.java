package io.svcdht.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @Test
    void the_example_of_the_specification_is_read() {
        TraceContext c = TraceContext.parse("00-" + TRACE + "-" + SPAN + "-01");
        assertThat(c).isNotNull();
        assertThat(c.traceId()).isEqualTo(TRACE);
        assertThat(c.spanId()).isEqualTo(SPAN);
        assertThat(c.sampled()).isTrue();
        assertThat(TraceContext.of(c.bytes())).isEqualTo(c);
        assertThat(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-00").sampled())
                .isFalse();
    }

    @Test
    void a_later_version_may_say_more_behind() {
        assertThat(TraceContext.parse("cc-" + TRACE + "-" + SPAN + "-01-what_the_future_will_be"))
                .isNotNull();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-1",
                "00-" + TRACE + "-" + SPAN + "-01-x",
                "00-" + TRACE + "-" + SPAN + "-01x",
                "cc-" + TRACE + "-" + SPAN + "-01.x",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "0x-" + TRACE + "-" + SPAN + "-01",
                "00_" + TRACE + "-" + SPAN + "-01",
                "00-" + "00000000000000000000000000000000" + "-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-zz"
            })
    void what_is_none_is_as_if_it_was_not_there(String header) {
        assertThat(TraceContext.parse(header)).isNull();
    }

    @Test
    void other_lengths_and_nothing_are_none_on_the_wire_either() {
        for (int length : new int[] {0, 1, 24, 26, 64}) {
            assertThat(TraceContext.of(new byte[length])).isNull();
        }
        assertThat(TraceContext.of(new byte[TraceContext.BYTES])).isNull();
    }
}
