package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve(NodeIdentity.FILE);
    }

    @Test
    void keys_are_made_once_and_only_the_owner_may_read_them() throws Exception {
        NodeId id = NodeIdentity.loadOrCreate(directory).id();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        byte[] written = Files.readAllBytes(file());
        assertThat(NodeIdentity.loadOrCreate(directory).id()).isEqualTo(id);
        assertThat(file()).hasBinaryContent(written);
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void every_node_is_another() {
        assertThat(NodeIdentity.ephemeral().id())
                .isNotEqualTo(NodeIdentity.ephemeral().id());
    }

    @Test
    void the_id_is_the_digest_of_context_and_public_keys() throws Exception {
        NodeId id = NodeIdentity.loadOrCreate(directory).id();
        String pem = Files.readString(file());
        byte[] ed = tail(pem, "ED25519 PUBLIC KEY", 32);
        byte[] ml = tail(pem, "ML-DSA-87 PUBLIC KEY", 2592);

        byte[] expected = new Blake3()
                .update("svc-dht/node-id/v1".getBytes(StandardCharsets.US_ASCII))
                .update(ed)
                .update(Blake3.hash(ml))
                .finish();
        assertThat(id).isEqualTo(new NodeId(Key.of(expected)));
    }

    private static byte[] tail(String pem, String label, int bytes) {
        String begin = "-----BEGIN " + label + "-----\n";
        int from = pem.indexOf(begin) + begin.length();
        byte[] der = Base64.getMimeDecoder().decode(pem.substring(from, pem.indexOf("-----END", from)));
        return Arrays.copyOfRange(der, der.length - bytes, der.length);
    }

    @Test
    void a_file_others_may_read_is_refused() throws Exception {
        NodeIdentity.loadOrCreate(directory);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file().toString());
    }

    @Test
    void a_damaged_file_is_refused_and_never_another_node() throws Exception {
        NodeIdentity.loadOrCreate(directory);
        byte[] good = Files.readAllBytes(file());
        for (int at = 0; at < good.length; at += 97) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file(), bad);
            assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory))
                    .as("byte %d", at)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file().toString());
        }
        for (int length : new int[] {0, 1, 100, good.length / 2, good.length - 1}) {
            Files.write(file(), Arrays.copyOf(good, length));
            assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory))
                    .as("cut to %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void keys_made_for_later_are_written_once_and_never_over_others() throws Exception {
        Path made = directory.resolve("made.key");
        NodeIdentity first = NodeIdentity.create(made, false, null);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rw-------");
        byte[] written = Files.readAllBytes(made);
        assertThatThrownBy(() -> NodeIdentity.create(made, true, null)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(made).hasBinaryContent(written);

        Files.move(made, file());
        assertThat(NodeIdentity.loadOrCreate(directory).id()).isEqualTo(first.id());
    }

    @Test
    void a_classical_node_has_zeros_in_the_last_place_of_its_id() throws Exception {
        NodeIdentity made = NodeIdentity.create(file(), true, null);
        NodeIdentity read = NodeIdentity.loadOrCreate(directory);
        byte[] expected = new Blake3()
                .update("svc-dht/node-id/v1".getBytes(StandardCharsets.US_ASCII))
                .update(tail(Files.readString(file()), "ED25519 PUBLIC KEY", 32))
                .update(new byte[32])
                .finish();
        assertThat(read.id()).isEqualTo(made.id()).isEqualTo(new NodeId(Key.of(expected)));
        assertThat(read.mlDsa87()).isEmpty();
        assertThat(read.signMlDsa87(SigningContext.NODE_RECORD, new byte[0])).isEmpty();
        assertThat(Files.readString(file())).doesNotContain("ML-DSA");
    }

    @Test
    void the_x25519_pair_follows_from_the_ed25519_pair() {
        NodeIdentity one = NodeIdentity.ephemeralClassical();
        NodeIdentity other = NodeIdentity.ephemeralClassical();
        byte[] here = new byte[32];
        byte[] there = new byte[32];
        X25519.calculateAgreement(
                one.x25519Private(),
                0,
                NodeIdentity.x25519Public(other.keys().ed25519()).bytes(),
                0,
                here,
                0);
        X25519.calculateAgreement(
                other.x25519Private(),
                0,
                NodeIdentity.x25519Public(one.keys().ed25519()).bytes(),
                0,
                there,
                0);
        assertThat(here).isEqualTo(there).isNotEqualTo(new byte[32]);
    }
}
