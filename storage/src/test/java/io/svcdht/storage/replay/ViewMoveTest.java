package io.svcdht.storage.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.State;
import io.svcdht.storage.testing.KeptRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A view that was moved is the view one would have made anew. */
class ViewMoveTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void a_view_moved_about_is_the_one_made_anew(long seed) throws Exception {
        try (KeptRun run = new KeptRun(temp.resolve("data"), seed)) {
            run.goOn(2_000);
            run.take();
            run.goOn(1_500);
            Past past = run.past();
            RandomGenerator random = run.run().random();
            long last = run.journal().lastPosition();
            try (View moved = past.at(last - 700, Budget.UNLIMITED)) {
                long at = last - 700;
                for (int i = 0; i < 20; i++) {
                    at = i % 3 == 0 ? at + random.nextLong(-3, 4) : last - random.nextLong(1_200);
                    at = Math.min(at, last);
                    if (moved.distance(at).isEmpty()) {
                        continue;
                    }
                    moved.move(run.journal(), at, Budget.UNLIMITED);
                    try (View fresh = past.at(at, Budget.UNLIMITED)) {
                        assertThat(all(moved.state()))
                                .as("seed %d, at %d", seed, at)
                                .isEqualTo(all(fresh.state()));
                        assertThat(moved.digest(Budget.UNLIMITED)).isEqualTo(fresh.digest(Budget.UNLIMITED));
                    }
                }
            }
        }
    }

    /** Everything a page may show. */
    private static List<Object> all(State state) {
        List<Object> all = new ArrayList<>(List.of(
                state.position(),
                state.instantMillis(),
                String.valueOf(state.node()),
                state.routing().contacts().toString(),
                state.routing().bans().toString(),
                state.providers().records(),
                state.providers().tombstones(),
                state.providers().contentIds()));
        for (Holders h : state.providers().page(null, Integer.MAX_VALUE)) {
            all.add(h.toString());
        }
        state.providers().byExpiry(0, -1, 10_000).forEach(r -> all.add(r.toString()));
        return all;
    }

    @Test
    void it_goes_back_as_far_as_it_came_and_says_so() throws Exception {
        try (KeptRun run = new KeptRun(temp.resolve("data"), 4)) {
            run.goOn(300);
            run.take();
            run.goOn(200);
            long last = run.journal().lastPosition();
            try (View view = run.past().at(last, Budget.UNLIMITED)) {
                assertThat(view.distance(last - 5)).hasValue(5);
                assertThat(view.distance(1)).isEmpty();
                assertThatThrownBy(() -> view.move(run.journal(), 1, Budget.UNLIMITED))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no way back");
                view.move(run.journal(), last - 5, Budget.UNLIMITED);
                assertThatThrownBy(view::seam).isInstanceOf(IllegalStateException.class);
                view.move(run.journal(), last, Budget.UNLIMITED);
                assertThat(view.seam().position()).isEqualTo(last);
            }
        }
    }
}
