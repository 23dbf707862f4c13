package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.node.trust.NodeIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeygenTest {
    private final Terminal terminal = new Terminal();

    @TempDir
    Path directory;

    private String file() {
        return directory.resolve(NodeIdentity.FILE).toString();
    }

    @Test
    void the_node_takes_the_keys_and_has_the_id_that_was_printed() throws Exception {
        assertThat(terminal.run("keygen", "--out", file())).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file()))))
                .isEqualTo("rw-------");
        assertThat(terminal.out())
                .isEqualTo(NodeIdentity.loadOrCreate(directory).id() + "\n");
    }

    @Test
    void keys_are_never_overwritten() throws Exception {
        assertThat(terminal.run("keygen", "--out", file())).isZero();
        byte[] written = Files.readAllBytes(Path.of(file()));
        assertThat(terminal.run("keygen", "--out", file())).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains(file(), "never overwritten");
        assertThat(Path.of(file())).hasBinaryContent(written);
    }

    @Test
    void a_classical_node_has_no_post_quantum_key() throws Exception {
        assertThat(terminal.run("keygen", "--classical", "--json", "--out", file()))
                .isZero();
        JsonNode json = new ObjectMapper().readTree(terminal.out());
        assertThat(json.has("ml_dsa_87_hash")).isFalse();
        NodeIdentity read = NodeIdentity.loadOrCreate(directory);
        assertThat(json.get("node").asText()).isEqualTo(read.id().text());
        assertThat(json.get("ed25519").asText()).isEqualTo(read.keys().ed25519().hex());
        assertThat(read.keys().classicalOnly()).isTrue();
    }

    @Test
    void where_it_cannot_write_it_says_so() {
        String nowhere = directory.resolve("missing/node.key").toString();
        assertThat(terminal.run("keygen", "--out", nowhere)).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains(nowhere, "cannot be written");
    }
}
