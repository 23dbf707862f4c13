package io.svcdht.system.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeriesTest {
    private static Series series(int points, IntToDoubleFunction value) {
        Series s = Series.named("open files", "", 5);
        for (int i = 0; i < points; i++) {
            s.add(i, value.applyAsDouble(i));
        }
        return s;
    }

    @Test
    void what_grows_steadily_is_not_flat() {
        assertThat(series(30, i -> 100 + 3 * i).isFlat()).isFalse();
    }

    @Test
    void what_fills_up_at_first_is_flat() {
        assertThat(series(30, i -> 100 + 10 * Math.min(i, 10)).isFlat()).isTrue();
    }

    @Test
    void one_peak_is_no_growth() {
        assertThat(series(30, i -> i == 25 ? 10_000 : 100).isFlat()).isTrue();
    }

    @Test
    void a_little_more_is_within_the_slack() {
        assertThat(series(30, i -> i < 20 ? 10 : 16).isFlat()).isTrue();
        assertThat(series(30, i -> i < 20 ? 10 : 17).isFlat()).isFalse();
    }

    @Test
    void too_few_points_are_not_judged() {
        assertThatThrownBy(() -> series(8, i -> 1).isFlat()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void the_report_has_a_picture_for_each(@TempDir Path directory) throws Exception {
        SoakReport.write(directory, "Soak", List.of(series(30, i -> 100 + i)));
        assertThat(Files.readString(directory.resolve("open-files.svg")))
                .startsWith("<svg")
                .contains("polyline");
        assertThat(Files.readString(directory.resolve("index.html"))).contains("<svg", "open files");
    }
}
