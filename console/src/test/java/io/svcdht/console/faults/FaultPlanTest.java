package io.svcdht.console.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.console.faults.FaultPlan.Fault;
import io.svcdht.console.faults.FaultPlan.Step;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FaultPlanTest {
    @Test
    void every_fault_is_read() throws Exception {
        FaultPlan plan = FaultPlan.parse("plan", """
                # comment
                0    delay 50ms 10ms
                0    loss 5%      # of segments
                0.5  rate 256
                0.5  reorder 25%
                0.5  duplicate 1.5%
                1    cut 0,1 | 2, 3
                2    heal

                3    pause 3
                3.25 resume 3
                4    kill 2
                5    START 2
                6    calm
                """, 4);
        assertThat(plan.steps())
                .extracting(Step::fault)
                .containsExactly(
                        new Fault.Delay(50, 10),
                        new Fault.Loss(5),
                        new Fault.Rate(256),
                        new Fault.Reorder(25),
                        new Fault.Duplicate(1.5),
                        new Fault.Cut(List.of(Set.of(0, 1), Set.of(2, 3))),
                        new Fault.Heal(),
                        new Fault.Pause(3),
                        new Fault.Resume(3),
                        new Fault.Kill(2),
                        new Fault.Start(2),
                        new Fault.Calm());
        assertThat(plan.steps())
                .extracting(Step::atMillis)
                .containsExactly(0L, 0L, 500L, 500L, 500L, 1_000L, 2_000L, 3_000L, 3_250L, 4_000L, 5_000L, 6_000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "soon heal; plan:1: expected seconds",
                "1 explode; plan:1: \"explode\" is none of",
                "1 heal now; plan:1: nothing may stand behind it",
                "1 delay 50; plan:1: expected delay",
                "1 delay 5ms 6ms; plan:1: delay is 0",
                "1 loss 100%; plan:1: expected loss",
                "1 reorder 5; plan:1: expected reorder",
                "1 kill 4; plan:1: \"4\" is no node",
                "1 kill; plan:1: \"\" is no node",
                "1 cut 0,1; plan:1: a cut has two sides",
                "1 cut 0 | 0; plan:1: node 0 stands there twice",
                "1 start 1; plan: \"1 start 1\" starts a node that runs"
            })
    void what_cannot_be_played_is_refused_with_its_line(String text, String sentence) {
        assertThatThrownBy(() -> FaultPlan.parse("plan", text, 4))
                .isInstanceOf(FaultPlan.Refused.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void time_does_not_go_back() {
        assertThatThrownBy(() -> FaultPlan.parse("plan", "2 heal\n1 heal", 4))
                .hasMessage("plan:2: comes before the line above it");
    }
}
