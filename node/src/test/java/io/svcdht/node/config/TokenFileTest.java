package io.svcdht.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
    @TempDir
    Path dir;

    @Test
    void tokens_have_the_role_of_their_line() throws Exception {
        TokenFile tokens = TokenFile.read(file("""
                # who may do what
                %s

                %s
                %s
                """.formatted(
                        TokenFile.line(Role.VIEWER, "v"),
                        TokenFile.line(Role.OPERATOR, "o"),
                        TokenFile.line(Role.ADMIN, "ä token"))));
        assertThat(tokens.roleOf("v")).contains(Role.VIEWER);
        assertThat(tokens.roleOf("o")).contains(Role.OPERATOR);
        assertThat(tokens.roleOf("ä token")).contains(Role.ADMIN);
        assertThat(tokens.roleOf("V")).isEmpty();
        assertThat(tokens.roleOf("")).isEmpty();
    }

    @Test
    void a_token_listed_twice_has_its_highest_role() throws Exception {
        TokenFile tokens =
                TokenFile.read(file(TokenFile.line(Role.ADMIN, "t") + "\n" + TokenFile.line(Role.VIEWER, "t") + "\n"));
        assertThat(tokens.roleOf("t")).contains(Role.ADMIN);
    }

    @Test
    void the_digest_is_that_of_sha256sum() {
        assertThat(TokenFile.line(Role.ADMIN, "abc"))
                .isEqualTo("admin:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void every_bad_line_is_named_and_none_is_repeated() throws Exception {
        Path file = file("admin:secret\nroot:" + "a".repeat(64) + "\nviewer:" + "A".repeat(64) + "\nhello\n");
        assertThatExceptionOfType(TokenFile.Refused.class)
                .isThrownBy(() -> TokenFile.read(file))
                .satisfies(e -> {
                    assertThat(e.sentences()).hasSize(4);
                    assertThat(e.sentences().get(2)).startsWith(file + ":3: ");
                    assertThat(e.getMessage()).doesNotContain("secret");
                });
    }

    @Test
    void a_file_others_may_read_is_refused() throws Exception {
        Path file = file(TokenFile.line(Role.ADMIN, "t"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatExceptionOfType(TokenFile.Refused.class)
                .isThrownBy(() -> TokenFile.read(file))
                .withMessageContaining("chmod 600")
                .withMessageContaining(file.toString());
    }

    @Test
    void a_missing_or_empty_file_is_refused() throws Exception {
        assertThatExceptionOfType(TokenFile.Refused.class)
                .isThrownBy(() -> TokenFile.read(dir.resolve("none")))
                .withMessageContaining("does not exist");
        assertThatExceptionOfType(TokenFile.Refused.class)
                .isThrownBy(() -> TokenFile.read(dir))
                .withMessageContaining("is no file");
        Path empty = file("# nothing yet\n");
        assertThatExceptionOfType(TokenFile.Refused.class)
                .isThrownBy(() -> TokenFile.read(empty))
                .withMessageContaining("holds no token");
    }

    @Test
    void roles_include_the_lower_ones() {
        assertThat(Role.ADMIN.covers(Role.OPERATOR)).isTrue();
        assertThat(Role.OPERATOR.covers(Role.OPERATOR)).isTrue();
        assertThat(Role.VIEWER.covers(Role.OPERATOR)).isFalse();
    }

    private Path file(String text) throws Exception {
        Path file = dir.resolve("tokens");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }
}
