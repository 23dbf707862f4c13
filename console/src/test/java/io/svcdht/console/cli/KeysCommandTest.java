package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.trust.NodeIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
    private final Terminal terminal = new Terminal();

    @TempDir
    Path directory;

    private String file() {
        return directory.resolve(NodeIdentity.FILE).toString();
    }

    private String passphrase(String name, String text) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file.toString();
    }

    @Test
    void keys_are_made_sealed_and_told_apart_without_a_passphrase() throws Exception {
        String words = passphrase("words", "as nobody guesses");
        assertThat(terminal.run("keygen", "--out", file(), "--passphrase-file", words))
                .isZero();
        String id = terminal.out().strip();
        assertThat(terminal.run("keys", "show", file())).isZero();
        assertThat(terminal.out()).isEqualTo(id + " is sealed\n");

        terminal.types("first try of two", "second try of two");
        assertThat(terminal.run("keys", "seal", file())).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("differ").doesNotContain("try of two");

        terminal.types("another passphrase", "another passphrase", "as nobody guesses");
        assertThat(terminal.run("keys", "seal", file())).isZero();
        assertThat(terminal.run("keys", "open", file(), "--old-passphrase-file", words))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("does not open");
        String another = passphrase("another", "another passphrase\n");
        assertThat(terminal.run("keys", "open", file(), "--old-passphrase-file", another))
                .isZero();
        assertThat(terminal.run("keys", "show", "--json", file())).isZero();
        assertThat(terminal.out()).contains("\"sealed\":false", id);
    }

    @Test
    void there_is_no_way_to_write_a_passphrase_on_the_command_line() {
        assertThat(terminal.run("keygen", "--out", file(), "--passphrase=secret words"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.run("keygen", "--out", file(), "--ask-passphrase")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("--passphrase-file");
        assertThat(directory).isEmptyDirectory();
    }
}
