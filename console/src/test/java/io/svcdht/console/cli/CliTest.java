package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.config.ConfigTable;
import io.svcdht.node.runtime.StartFailure;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
    private final Terminal terminal = new Terminal();

    @Test
    void help_and_version_end_well() throws Exception {
        assertThat(terminal.run("--help")).isZero();
        assertThat(terminal.out()).contains("provide --files DIR", "Exit codes");
        assertThat(terminal.run("--version")).isZero();
        assertThat(terminal.out()).startsWith("svc-dht ");
        assertThat(terminal.run("--version", "--json")).isZero();
        assertThat(new ObjectMapper().readTree(terminal.out()).get("service").asText())
                .isEqualTo("svc-dht");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "provide",
                "find",
                "journal cat",
                "journal tail",
                "journal state",
                "journal diff",
                "journal verify",
                "journal export",
                "journal import",
                "keygen",
                "simulate",
                "config"
            })
    void every_command_has_help(String command) {
        String[] args = (command + " --help").split(" ", -1);
        assertThat(terminal.run(args)).isZero();
        assertThat(terminal.out()).contains("Usage: svc-dht");
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void the_help_of_run_names_every_setting() {
        assertThat(terminal.run("run", "--help")).isZero();
        ConfigTable.KEYS.forEach(k -> assertThat(terminal.out()).contains(k.flag()));
    }

    @Test
    void an_unknown_command_ends_with_2() {
        assertThat(terminal.run("destroy")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).isEqualTo("svc-dht: \"destroy\" is no command; svc-dht --help lists them\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"run --ttl-secs=0", "--ttl-secs=0", "config check --ttl-secs=0", "config show --ttl-secs=0"})
    void bad_settings_end_with_2_before_anything_starts(String line) {
        assertThat(terminal.run(line.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).isEqualTo("svc-dht: flag --ttl-secs: ttl_secs = \"0\" is outside 1…172800\n");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void config_shows_where_each_setting_comes_from() throws Exception {
        Terminal configured = new Terminal(Map.of("DHT_SYNC", "always"), false);
        assertThat(configured.run("config", "check")).isZero();
        assertThat(configured.out()).isEqualTo("all settings hold\n");
        assertThat(configured.run("config", "show", "--ttl-secs=7")).isZero();
        assertThat(configured.out().lines().map(l -> l.replaceAll(" +", " ")))
                .contains("sync always variable DHT_SYNC", "ttl_secs 7 flag --ttl-secs", "data_dir data default")
                .hasSize(ConfigTable.KEYS.size());
        assertThat(configured.run("config", "show", "--json")).isZero();
        assertThat(new ObjectMapper()
                        .readTree(configured.out())
                        .at("/settings/sync/source")
                        .asText())
                .isEqualTo("variable DHT_SYNC");
        assertThat(configured.run("config", "check", "--json", "--ttl=1")).isEqualTo(ExitCode.USAGE);
        assertThat(new ObjectMapper()
                        .readTree(configured.out())
                        .at("/problems/0/source")
                        .asText())
                .isEqualTo("flag --ttl");
        assertThat(configured.run("config", "reference")).isZero();
        assertThat(configured.out()).isEqualTo(ConfigTable.markdown());
        assertThat(configured.run("config")).isEqualTo(ExitCode.USAGE);
    }

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Runs a node that a starter of the test's own starts. */
    private int started(RunCommand.NodeStarter starter, String... args) {
        Io io = new Io(
                new PrintStream(new ByteArrayOutputStream()),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                InputStream.nullInputStream(),
                Map.of(),
                false,
                what -> null);
        return Cli.run(
                List.of(args),
                io,
                new Cli.Starters(starter, Terminal.STARTS_NOTHING.net(), Terminal.STARTS_NOTHING.fleet()));
    }

    @Test
    void a_failed_start_keeps_its_exit_code() {
        int code = started(
                (settings, person) -> {
                    assertThat(settings.inForce().config().amnesia()).isTrue();
                    throw new StartFailure(StartFailure.CANNOT_BIND, "the port is taken", null);
                },
                "--amnesia");
        assertThat(code).isEqualTo(ExitCode.CANNOT_BIND);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("svc-dht: the port is taken\n");
    }

    /** As where a jar is missing: an error that passes ends the main thread alone, and other threads keep the process. */
    @Test
    void a_start_that_breaks_ends_with_a_line_and_an_exit_code() {
        for (Throwable broken :
                List.of(new NoClassDefFoundError("io/vertx/core/Vertx"), new IllegalStateException("?"))) {
            err.reset();
            int code = started(
                    (settings, person) -> {
                        switch (broken) {
                            case Error e -> throw e;
                            case RuntimeException e -> throw e;
                            default -> throw new AssertionError(broken);
                        }
                    },
                    "--amnesia");
            assertThat(code).isEqualTo(ExitCode.FAILED);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .startsWith("svc-dht: cannot go on: " + broken + "\n")
                    .contains("CliTest");
        }
    }

    @Test
    void clean_text_has_nothing_a_terminal_obeys() {
        assertThat(Clean.text("a\u001b[2Jb\r\n\u202ec\u0000\u009bd\u2028ä😀"))
                .isEqualTo("a[2JbcdäU".replace("U", "😀"));
    }
}
