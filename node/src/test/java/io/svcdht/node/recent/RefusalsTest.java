package io.svcdht.node.recent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.svcdht.node.recent.Refusals.Row;
import io.svcdht.node.recent.Refusals.Way;
import io.svcdht.node.recent.Refusals.What;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static final long SECOND = 1_000_000_000L;

    private final Refusals refusals = new Refusals();

    private void note(String who, String reason, long nowNanos) {
        refusals.note(Way.HERE, who, reason, () -> new What("because"), nowNanos);
    }

    @Test
    void a_peer_and_a_reason_have_one_row_and_the_latest_comes_first() {
        note("a", "quota", 10);
        note("b", "quota", 20);
        note("a", "bad_signature", 30);
        note("a", "quota", 40);
        refusals.note(Way.THERE, "a", "quota", () -> new What("theirs"), 50);

        assertThat(refusals.rows())
                .extracting(Row::way, Row::who, Row::reason, Row::times, Row::firstNanos, Row::lastNanos)
                .containsExactly(
                        tuple(Way.THERE, "a", "quota", 1L, 50L, 50L),
                        tuple(Way.HERE, "a", "quota", 2L, 10L, 40L),
                        tuple(Way.HERE, "a", "bad_signature", 1L, 30L, 30L),
                        tuple(Way.HERE, "b", "quota", 1L, 20L, 20L));
        assertThat(refusals.total(Way.HERE)).isEqualTo(4);
        assertThat(refusals.total(Way.THERE)).isEqualTo(1);
        assertThat(refusals.total(Way.ANSWERED)).isZero();
    }

    @Test
    void a_hundred_thousand_identities_leave_as_many_rows_as_are_kept_and_the_rest_is_counted() {
        int identities = 100_000;
        for (int i = 0; i < identities; i++) {
            note("somebody", "bad_signature", i);
            note("id " + i, "quota", i);
        }
        assertThat(refusals.rows()).hasSize(Refusals.ROWS_MAX);
        assertThat(refusals.forgotten()).isEqualTo(identities + 1 - Refusals.ROWS_MAX);
        assertThat(refusals.total(Way.HERE)).isEqualTo(2L * identities);
        assertThat(refusals.rows()).as("who goes on is not pushed out").anySatisfy(r -> assertThat(r.times())
                .isEqualTo(identities));
    }

    @Test
    void in_a_flood_an_example_is_made_once_a_second() {
        AtomicInteger made = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            refusals.note(
                    Way.HERE, "a", "quota", () -> new What("example " + made.incrementAndGet()), i * SECOND / 5_000);
        }
        assertThat(made).hasValue(2);
        assertThat(refusals.rows().getFirst().what().detail()).isEqualTo("example 2");
        assertThat(refusals.rows().getFirst().times()).isEqualTo(10_000);
    }

    @Test
    void what_a_peer_says_can_neither_move_the_reader_nor_go_on_for_ever() {
        String said = "a\n\u001b[2J\u202eb" + "c".repeat(100_000);
        refusals.note(Way.THERE, "a", "busy", () -> new What(said), 0);
        List<Row> rows = refusals.rows();
        assertThat(rows.getFirst().what().detail()).hasSize(300).startsWith("a··[2J·bc");
    }
}
