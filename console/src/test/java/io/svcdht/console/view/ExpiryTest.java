package io.svcdht.console.view;

import static io.svcdht.console.view.FakeNode.NOW;
import static io.svcdht.console.view.FakeNode.cid;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExpiryTest {
    private final FakeNode node = new FakeNode();

    @Test
    void counts_every_record_into_the_step_it_runs_out_in() {
        node.announced(cid(1), "a", 10);
        node.announced(cid(1), "b", 11);
        node.announced(cid(2), "a", 172_800);
        ExpiryScan scan = scan();
        assertThat(scan.complete()).isTrue();
        assertThat(scan.scanned()).isEqualTo(3);
        assertThat(scan.between(0, 10)).isEqualTo(1);
        assertThat(scan.between(10, 20)).isEqualTo(1);
        assertThat(scan.between(0, 172_800)).isEqualTo(3);
        assertThat(scan.longestSeconds()).isEqualTo(172_800);
    }

    @Test
    void leaves_tombstones_out_and_counts_the_overdue_apart() {
        node.announced(NOW - 60_000, cid(1), "a", 59);
        long withdrawn = node.announced(cid(2), "a", 600);
        node.happened(NOW, withdrawn, new ProviderWithdrawn(cid(2).key(), NOW + 1, NOW + 900_000));
        ExpiryScan scan = scan();
        assertThat(scan.scanned()).isEqualTo(1);
        assertThat(scan.overdue()).isEqualTo(1);
        assertThat(scan.longestSeconds()).isZero();
    }

    @Test
    void ends_with_its_budget_and_says_so() {
        for (int i = 0; i < 5_000; i++) {
            node.announced(cid(i), "a", 600);
        }
        AtomicInteger asked = new AtomicInteger();
        ExpiryScan scan = ExpiryScan.of(node.providers(), NOW, () -> asked.incrementAndGet() == 3);
        assertThat(scan.complete()).isFalse();
        assertThat(scan.scanned()).isBetween(1L, 1_000L);
        assertThat(Overview.of(node.visit("", Map.of(), () -> true)).expiryNote())
                .contains("sample")
                .contains("of 5,000 records");
    }

    @Test
    void draws_the_smallest_step_that_holds_everything() {
        node.announced(cid(1), "a", 480);
        assertThat(ExpiryChart.of(scan()).step()).isEqualTo("ten-second steps");
        node.announced(cid(2), "a", 600);
        assertThat(ExpiryChart.of(scan()).step()).isEqualTo("half-minute steps");
        node.announced(cid(3), "a", 172_800);
        ExpiryChart chart = ExpiryChart.of(scan());
        assertThat(chart.step()).isEqualTo("one-hour steps");
        assertThat(chart.bars()).hasSize(48);
        assertThat(chart.rows()).extracting(ExpiryChart.Row::records).containsExactly("2", "1");
        assertThat(chart.rows().getLast().left()).isEqualTo("1 d 23 h to 2 d");
    }

    @Test
    void keeps_bars_inside_the_picture_at_any_count() {
        for (int n : new int[] {1, 2, 3, 4, 5, 7, 9, 10, 11, 19, 21, 47, 99, 101, 450, 999}) {
            FakeNode filled = new FakeNode();
            for (int i = 0; i < n; i++) {
                filled.announced(cid(i), "a", 300);
            }
            ExpiryChart chart = ExpiryChart.of(ExpiryScan.of(filled.providers(), NOW, () -> false));
            assertThat(chart.bars())
                    .allSatisfy(b -> assertThat(Double.parseDouble(b.y())).isBetween(12.0, 152.0));
            assertThat(chart.grids()).as("lines for %d", n).hasSizeBetween(2, 6);
        }
    }

    private ExpiryScan scan() {
        return ExpiryScan.of(node.providers(), NOW, () -> false);
    }
}
