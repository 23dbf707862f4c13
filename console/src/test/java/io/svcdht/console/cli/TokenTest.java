package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {
    private final Terminal terminal = new Terminal();

    @TempDir
    Path directory;

    @Test
    void the_node_takes_what_was_made_and_knows_both_roles() throws Exception {
        Path made = directory.resolve("made");
        assertThat(terminal.run("token", "--dir", made.toString(), "--show")).isZero();
        TokenFile tokens = TokenFile.read(made.resolve("tokens"));
        assertThat(tokens.size()).isEqualTo(2);
        assertThat(tokens.roleOf(terminal.out().strip())).hasValue(Role.ADMIN);
        assertThat(tokens.roleOf(Files.readString(made.resolve("viewer.token")).strip()))
                .hasValue(Role.VIEWER);
        for (String file : List.of("tokens", "admin.token", "viewer.token")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.resolve(file))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void tokens_that_are_there_stay() {
        assertThat(terminal.run("token", "--dir", directory.toString(), "--show"))
                .isZero();
        String first = terminal.out();
        assertThat(terminal.run("token", "--dir", directory.toString(), "--show"))
                .isZero();
        assertThat(terminal.out()).isEqualTo(first);
    }

    @Test
    void what_a_run_that_was_cut_off_left_is_replaced() throws Exception {
        Files.writeString(directory.resolve("admin.token"), "old\n");
        Files.writeString(directory.resolve("admin.token.part"), "half");
        assertThat(terminal.run("token", "--dir", directory.toString(), "--show"))
                .isZero();
        assertThat(TokenFile.read(directory.resolve("tokens"))
                        .roleOf(terminal.out().strip()))
                .hasValue(Role.ADMIN);
    }

    @Test
    void a_directory_that_cannot_be_made_is_told() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(terminal.run("token", "--dir", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("tokens cannot be made or read in " + file);
    }

    @Test
    void a_token_is_shown_only_to_who_asks() {
        assertThat(terminal.run("token", "--dir", directory.toString())).isZero();
        assertThat(terminal.out()).isEmpty();
    }
}
