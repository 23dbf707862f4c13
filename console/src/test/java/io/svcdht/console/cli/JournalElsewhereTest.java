package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reads files says so where the journal is not in any. */
class JournalElsewhereTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"journal cat", "journal verify", "backup TARGET"})
    void a_journal_on_kafka_is_not_looked_for_in_files(String command) throws Exception {
        Path config = temp.resolve("node.toml");
        Files.writeString(config, "journal = \"kafka\"\nkafka_servers = [\"k:1\"]\ndata_dir = \"" + temp + "\"\n");
        Terminal terminal = new Terminal();
        List<String> args = new java.util.ArrayList<>(
                List.of(command.replace("TARGET", temp.resolve("b").toString()).split(" ")));
        args.add("--config=" + config);
        assertThat(terminal.run(args.toArray(new String[0]))).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("journal = kafka").contains("svc-dht fleet cat --node ID");
    }

    @Test
    void a_key_without_a_journal_is_explained() throws Exception {
        Files.writeString(temp.resolve("node.key"), "x");
        Terminal terminal = new Terminal();
        assertThat(terminal.run("journal", "cat", "--data-dir", temp.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("has a key and no journal").contains("journal = kafka");
    }

    @Test
    void a_fleet_wants_to_know_where_kafka_is_and_the_jars() {
        Terminal terminal = new Terminal();
        assertThat(terminal.run("fleet")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("name it by kafka_servers");
        Terminal second = new Terminal();
        assertThat(second.run("fleet", "--kafka-servers=k:1")).isEqualTo(ExitCode.USAGE);
        assertThat(second.err()).contains("svc-dht fleet needs the kafka module");
        Terminal third = new Terminal();
        assertThat(third.run("fleet", "cat", "--kafka-servers=k:1", "--only=x")).isEqualTo(ExitCode.USAGE);
        assertThat(third.err()).contains("--only is of events, lookups, cards");
    }
}
