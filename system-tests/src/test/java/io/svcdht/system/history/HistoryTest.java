package io.svcdht.system.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.system.history.History.Answer;
import io.svcdht.system.history.History.Outcome;
import io.svcdht.system.history.History.Scope;
import io.svcdht.system.history.History.Violation;
import io.svcdht.system.history.History.Write;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checker finds what was planted, and complains of nothing that may be. */
final class HistoryTest {
    private static final long HOUR = 3_600_000;
    private static final Set<String> SHELF = Set.of("local://shelf");

    private final History history = new History();
    private long position;

    private Write provided(int node, long at, long ttl) {
        return provided(node, at, ttl, Outcome.ACKNOWLEDGED, 0);
    }

    private Write provided(int node, long at, long ttl, Outcome outcome, int copies) {
        Write w = new Write(
                "b3:x", "local://shelf", node, 1, at, at + 10, outcome, ttl, at + 10 + ttl, ++position, copies);
        history.add(w);
        return w;
    }

    private void withdrawn(long at, Outcome outcome) {
        history.add(new Write("b3:x", "local://shelf", 1, 1, at, at + 10, outcome, 0, at, ++position, 0));
    }

    private void shown(Scope scope, int node, long at, Set<String> locators) {
        history.add(new Answer("b3:x", node, 1, scope, at, at + 10, locators));
    }

    private void assertRules(String... rules) {
        assertThat(history.violations()).extracting(Violation::rule).containsExactly(rules);
    }

    @Test
    void a_record_nobody_asked_for_is_invented() {
        provided(1, 1_000, HOUR);
        shown(Scope.TROUBLED, 2, 2_000, Set.of("local://other"));
        assertRules("invented");
    }

    @Test
    void a_record_that_was_refused_is_invented() {
        provided(1, 1_000, HOUR, Outcome.REFUSED, 0);
        shown(Scope.TROUBLED, 2, 2_000, SHELF);
        assertRules("invented");
    }

    @Test
    void a_record_shown_before_it_was_asked_for_is_invented() {
        shown(Scope.TROUBLED, 2, 500, SHELF);
        provided(1, 1_000, HOUR);
        assertRules("invented");
    }

    @Test
    void a_record_shown_long_after_its_end_is_over() {
        provided(1, 1_000, 5_000);
        shown(Scope.TROUBLED, 2, 6_500, SHELF);
        assertRules();
        shown(Scope.TROUBLED, 2, 6_010 + History.SLACK_MILLIS + 1, SHELF);
        assertRules("over");
    }

    @Test
    void a_record_taken_back_is_shown_by_nobody_once_that_has_spread() {
        provided(1, 1_000, HOUR);
        withdrawn(2_000, Outcome.ACKNOWLEDGED);
        shown(Scope.TROUBLED, 2, 3_000, SHELF);
        assertRules();
        shown(Scope.TROUBLED, 2, 2_011 + History.SPREAD_MILLIS, SHELF);
        assertRules("withdrawn");
    }

    @Test
    void a_record_announced_again_may_be_shown_again() {
        provided(1, 1_000, HOUR);
        withdrawn(2_000, Outcome.ACKNOWLEDGED);
        provided(1, 4_000, HOUR);
        shown(Scope.WHOLE, 2, 10_000 + History.SPREAD_MILLIS, SHELF);
        assertRules();
        shown(Scope.WHOLE, 2, 10_000 + History.SPREAD_MILLIS, Set.of());
        assertRules("lost");
    }

    @Test
    void an_acknowledged_record_missing_from_a_whole_network_is_lost() {
        provided(1, 1_000, HOUR);
        shown(Scope.TROUBLED, 2, 2_000, Set.of());
        assertRules();
        shown(Scope.WHOLE, 2, 2_000, Set.of());
        assertRules("lost");
    }

    @Test
    void an_acknowledged_record_missing_from_its_own_node_is_forgotten_at_any_time() {
        provided(1, 1_000, HOUR);
        shown(Scope.LOCAL, 2, 2_000, Set.of());
        assertRules();
        shown(Scope.LOCAL, 1, 2_000, Set.of());
        assertRules("forgotten");
    }

    @Test
    void a_request_without_an_answer_may_have_happened_or_not() {
        provided(1, 1_000, HOUR, Outcome.UNKNOWN, 0);
        shown(Scope.WHOLE, 2, 2_000, Set.of());
        shown(Scope.WHOLE, 2, 2_000, SHELF);
        assertRules();
    }

    @Test
    void a_withdrawal_without_an_answer_may_have_happened_or_not() {
        provided(1, 1_000, HOUR);
        withdrawn(2_000, Outcome.UNKNOWN);
        shown(Scope.WHOLE, 2, 2_000 + 2 * History.SPREAD_MILLIS, Set.of());
        shown(Scope.WHOLE, 2, 2_000 + 2 * History.SPREAD_MILLIS, SHELF);
        assertRules();
    }

    @Test
    void a_destroyed_volume_excuses_only_what_had_too_few_copies() {
        provided(1, 1_000, HOUR, Outcome.ACKNOWLEDGED, 1);
        history.destroyed(1, 1, 2);
        shown(Scope.WHOLE, 2, 2_000, Set.of());
        assertRules();
        provided(1, 3_000, HOUR, Outcome.ACKNOWLEDGED, 2);
        shown(Scope.WHOLE, 2, 4_000, Set.of());
        assertRules("lost");
    }

    @Test
    void another_life_of_a_node_need_not_know_what_the_first_acknowledged() {
        provided(1, 1_000, HOUR);
        history.add(new Answer("b3:x", 1, 2, Scope.LOCAL, 2_000, 2_010, Set.of()));
        assertRules();
    }

    @Test
    void a_position_is_given_once_and_grows() {
        Write first = provided(1, 1_000, HOUR);
        history.add(new Write(
                "b3:y", "local://y", 1, 1, 2_000, 2_010, Outcome.ACKNOWLEDGED, HOUR, HOUR, first.position(), 0));
        assertRules("positions");
    }

    @Test
    void a_later_request_has_a_later_position() {
        position = 10;
        provided(1, 1_000, HOUR);
        history.add(new Write("b3:y", "local://y", 1, 1, 2_000, 2_010, Outcome.ACKNOWLEDGED, HOUR, HOUR, 5, 0));
        assertRules("positions");
    }

    /** A model that does everything right, with requests that get lost: no rule may complain. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_right_network_is_never_accused(long seed) {
        Random random = new Random(seed);
        boolean running = false;
        long until = 0;
        long now = 1_000;
        for (int i = 0; i < 2_000; i++) {
            now += 1 + random.nextInt(3_000);
            if (now >= until) {
                running = false;
            }
            boolean happens = random.nextInt(4) > 0;
            boolean answered = happens && random.nextInt(4) > 0;
            Outcome outcome = answered ? Outcome.ACKNOWLEDGED : Outcome.UNKNOWN;
            switch (random.nextInt(4)) {
                case 0 -> {
                    long ttl = 1_000L + random.nextInt(60_000);
                    Write w = provided(1, now, ttl, outcome, 0);
                    if (happens) {
                        running = true;
                        until = w.expiresAt();
                    }
                }
                case 1 -> {
                    withdrawn(now, outcome);
                    running &= !happens;
                }
                default -> {
                    Set<String> seen = new HashSet<>(running && now < until ? SHELF : Set.of());
                    shown(random.nextBoolean() ? Scope.WHOLE : Scope.LOCAL, 1, now, seen);
                }
            }
            now += 20;
        }
        assertThat(history.violations()).as("seed %d", seed).isEmpty();
    }
}
