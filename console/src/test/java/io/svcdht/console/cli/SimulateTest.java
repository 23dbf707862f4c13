package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulateTest {
    private final Terminal terminal = new Terminal();

    @Test
    void the_same_seed_tells_the_same_in_a_table_and_in_json() throws Exception {
        int code = terminal.run("simulate", "--scenario", "absent", "--nodes", "120", "--seed", "3");
        assertThat(code).isBetween(ExitCode.OK, ExitCode.FAILED);
        String table = terminal.out();
        assertThat(table).startsWith("absent, 120 nodes, seed 3\nfigure").contains("answered not_found", ">= 99 %");
        assertThat(terminal.run("simulate", "--scenario", "absent", "--nodes", "120", "--seed", "3", "--json"))
                .isEqualTo(code);
        JsonNode json = new ObjectMapper().readTree(terminal.out());
        assertThat(json.path("ok").asBoolean()).isEqualTo(code == ExitCode.OK);
        assertThat(json.path("repeat").asText()).isEqualTo("svc-dht simulate --scenario absent --nodes 120 --seed 3");
        assertThat(table).contains("digest " + json.path("digest").asText());
    }

    @Test
    void a_floor_that_is_not_reached_ends_with_1_and_the_command_that_repeats_it() {
        // Fifty nodes lose two at once; the few finds left cannot come to a lower p99 of ten per cent.
        int code = terminal.run("simulate", "--scenario", "hedge", "--nodes", "50", "--seed", "1");
        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.out()).contains("NOT REACHED");
        assertThat(terminal.err()).contains("repeat with: svc-dht simulate --scenario hedge --nodes 50 --seed 1");
    }

    @Test
    void progress_is_for_people() {
        Terminal watched = new Terminal(Map.of(), true);
        watched.run("simulate", "--scenario", "absent", "--nodes", "100");
        assertThat(watched.err()).contains("absent: 100 of 100 nodes");
        terminal.run("simulate", "--scenario", "absent", "--nodes", "100");
        assertThat(terminal.err()).doesNotContain("of 100 nodes");
    }

    @Test
    void what_it_cannot_play_it_says() {
        assertThat(terminal.run("simulate", "--scenario", "list")).isZero();
        assertThat(terminal.out()).contains("churn", "durability");
        assertThat(terminal.run("simulate", "--scenario", "weather")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("\"weather\" is no scenario; there are churn, absent");
        assertThat(terminal.run("simulate", "--nodes", "3")).isEqualTo(ExitCode.USAGE);
    }
}
