package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedKeysTest {
    private static final String WORDS = "correct horse ü battery";

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve(NodeIdentity.FILE);
    }

    private Unlock.FromFile passphrase(String name, String text) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new Unlock.FromFile(file);
    }

    private static byte[] block(String pem, String label) {
        String begin = "-----BEGIN " + label + "-----\n";
        int from = pem.indexOf(begin) + begin.length();
        return Base64.getMimeDecoder().decode(pem.substring(from, pem.indexOf("-----END", from)));
    }

    @Test
    void what_is_sealed_opens_with_its_passphrase_and_with_no_other() throws Exception {
        Unlock.FromFile right = passphrase("right", WORDS + "\nwhatever comes after\n");
        NodeId id = NodeIdentity.loadOrCreate(directory, right).id();
        assertThat(NodeIdentity.loadOrCreate(directory, right).id()).isEqualTo(id);
        assertThat(NodeIdentity.show(file()).keys().id()).isEqualTo(id);
        assertThat(NodeIdentity.show(file()).sealed()).isTrue();

        for (String wrong : List.of("correct horse u battery", WORDS + " ", "another one")) {
            Unlock.FromFile other = passphrase("wrong", wrong);
            assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory, other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the passphrase does not open node key " + file())
                    .hasMessageNotContaining(wrong);
        }
        assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key_passphrase_file");
    }

    @Test
    void a_sealed_file_has_nothing_of_the_private_keys_in_it() throws Exception {
        NodeIdentity.loadOrCreate(directory);
        String open = Files.readString(file());
        byte[] seed = Arrays.copyOfRange(block(open, "ED25519 PRIVATE KEY"), 16, 48);
        byte[] ml = block(open, "ML-DSA-87 PRIVATE KEY");

        try (Passphrase p = Passphrase.of(WORDS.toCharArray())) {
            NodeIdentity.seal(file(), Unlock.nothing(), p);
        }
        String sealed = Files.readString(file());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
        assertThat(sealed).doesNotContain("-----BEGIN ED25519 PRIVATE", "-----BEGIN ML-DSA-87 PRIVATE");
        for (String label : List.of("SEALED ED25519 PRIVATE KEY", "SEALED ML-DSA-87 PRIVATE KEY")) {
            String bytes = new String(block(sealed, label), StandardCharsets.ISO_8859_1);
            assertThat(bytes).doesNotContain(new String(seed, StandardCharsets.ISO_8859_1));
            assertThat(bytes)
                    .doesNotContain(
                            new String(Arrays.copyOfRange(ml, ml.length - 64, ml.length), StandardCharsets.ISO_8859_1));
        }
        assertThat(block(sealed, "ED25519 PUBLIC KEY")).isEqualTo(block(open, "ED25519 PUBLIC KEY"));
    }

    @Test
    void each_block_is_what_others_read_too() throws Exception {
        NodeIdentity.loadOrCreate(directory, passphrase("right", WORDS));
        PKCS8EncryptedPrivateKeyInfo info =
                new PKCS8EncryptedPrivateKeyInfo(block(Files.readString(file()), "SEALED ED25519 PRIVATE KEY"));
        PBES2Parameters pbes2 =
                PBES2Parameters.getInstance(info.getEncryptionAlgorithm().getParameters());
        assertThat(pbes2.getKeyDerivationFunc().getAlgorithm()).isEqualTo(MiscObjectIdentifiers.id_scrypt);
        assertThat(pbes2.getEncryptionScheme().getAlgorithm()).isEqualTo(NISTObjectIdentifiers.id_aes256_CBC);
    }

    @Test
    void the_passphrase_can_be_changed_and_taken_off_and_the_node_stays_the_same() throws Exception {
        Unlock.FromFile first = passphrase("first", "the first one");
        Unlock.FromFile second = passphrase("second", "the second one");
        NodeId id = NodeIdentity.loadOrCreate(directory, first).id();
        try (Passphrase p = Passphrase.read(second.file())) {
            assertThat(NodeIdentity.seal(file(), first, p)).isEqualTo(id);
        }
        assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory, first)).hasMessageContaining("does not open");
        assertThat(NodeIdentity.loadOrCreate(directory, second).id()).isEqualTo(id);
        assertThat(NodeIdentity.seal(file(), second, null)).isEqualTo(id);
        assertThat(NodeIdentity.loadOrCreate(directory).id()).isEqualTo(id);

        // Whoever believes the keys to be sealed is told that they are not.
        assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory, second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lies in the clear");
    }

    @Test
    void somebody_is_asked_only_where_the_keys_are_sealed() throws Exception {
        Unlock nobody = new Unlock.Asking(() -> {
            throw new AssertionError("asked for nothing");
        });
        NodeId id = NodeIdentity.loadOrCreate(directory, nobody).id();
        assertThat(NodeIdentity.loadOrCreate(directory, nobody).id()).isEqualTo(id);
        try (Passphrase p = Passphrase.of(WORDS.toCharArray())) {
            NodeIdentity.seal(file(), Unlock.nothing(), p);
        }
        Unlock somebody = new Unlock.Asking(() -> Optional.of(Passphrase.of(WORDS.toCharArray())));
        assertThat(NodeIdentity.loadOrCreate(directory, somebody).id()).isEqualTo(id);
    }

    @Test
    void a_passphrase_is_refused_without_a_word_of_it() throws Exception {
        Path file = passphrase("short", "seven77\n").file();
        assertThatThrownBy(() -> Passphrase.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 characters")
                .hasMessageNotContaining("seven77");
        Files.write(file, new byte[] {'p', 'a', 's', 's', (byte) 0xff, 'w', 'o', 'r', 'd'});
        assertThatThrownBy(() -> Passphrase.read(file)).hasMessageContaining("not UTF-8");
        Files.writeString(file, WORDS);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> Passphrase.read(file)).hasMessageContaining("chmod 600");
        try (Passphrase p = Passphrase.of(WORDS.toCharArray())) {
            assertThat(p.toString()).doesNotContain("horse");
        }
    }

    @Test
    void a_passphrase_is_gone_when_it_was_used() {
        char[] typed = WORDS.toCharArray();
        try (Passphrase p = Passphrase.of(typed)) {
            assertThat(p.chars()).isSameAs(typed);
        }
        assertThat(typed).containsOnly('\0');
    }
}
