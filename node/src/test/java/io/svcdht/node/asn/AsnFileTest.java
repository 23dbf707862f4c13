package io.svcdht.node.asn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsnFileTest {
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(1, 2, 3, 4));

    private final AsnFixture fixture = new AsnFixture()
            .network("203.0.0.0/16", 64_500)
            .network("203.1.2.0/24", 64_501)
            .network("2400:1::/32", 4_200_000_000L);

    @TempDir
    Path dir;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(dir.resolve("asn.mmdb"), bytes);
    }

    private static long asn(AsnFile file, String address) {
        return file.of(PeerAddress.parse(address));
    }

    @Test
    void says_whose_an_address_is() throws Exception {
        AsnFile file = AsnFile.open(file(fixture.bytes()));
        assertThat(asn(file, "203.0.113.7:5302")).isEqualTo(64_500);
        assertThat(asn(file, "203.1.2.255:5302")).isEqualTo(64_501);
        assertThat(asn(file, "[2400:1:2::3]:5302")).isEqualTo(4_200_000_000L);
        assertThat(asn(file, "203.1.3.1:5302")).isEqualTo(AsnFile.UNKNOWN);
        assertThat(asn(file, "[2400:2::3]:5302")).isEqualTo(AsnFile.UNKNOWN);
        assertThat(asn(file, "somewhere.onion:5302")).isEqualTo(AsnFile.UNKNOWN);
        assertThat(file.toString()).contains("Made-up-ASN", "2023-11-14");
    }

    @Test
    void private_addresses_are_nobodys() throws Exception {
        AsnFile file = AsnFile.open(file(fixture.network("10.0.0.0/8", 1).bytes()));
        assertThat(asn(file, "10.1.2.3:5302")).isEqualTo(AsnFile.UNKNOWN);
    }

    @Test
    void what_a_contact_says_of_itself_does_not_count() throws Exception {
        AsnFile file = AsnFile.open(file(fixture.bytes()));
        Contact known = new Contact(KEYS, List.of(PeerAddress.parse("203.0.113.7:5302")), 7);
        Contact unknown = new Contact(KEYS, List.of(PeerAddress.parse("198.51.100.7:5302")), 7);
        assertThat(file.judged(known).asn()).isEqualTo(64_500);
        assertThat(file.judged(unknown).asn()).isEqualTo(AsnFile.UNKNOWN);
    }

    @Test
    void the_file_may_be_replaced_while_it_is_used() throws Exception {
        Path path = file(fixture.bytes());
        AsnFile file = AsnFile.open(path);
        Files.delete(path);
        assertThat(asn(file, "203.0.113.7:5302")).isEqualTo(64_500);
    }

    @Test
    void a_foreign_database_is_refused_by_what_it_holds() throws Exception {
        Path path = file(fixture.type("Made-up-City").bytes());
        assertThatThrownBy(() -> AsnFile.open(path))
                .isInstanceOf(AsnFile.Refused.class)
                .hasMessageContainingAll(path.toString(), "made-up-city", "not autonomous systems");
    }

    @Test
    void a_missing_file_is_refused() {
        Path path = dir.resolve("nowhere.mmdb");
        assertThatThrownBy(() -> AsnFile.open(path))
                .isInstanceOf(AsnFile.Refused.class)
                .hasMessageContainingAll(path.toString(), "is no file");
    }

    @Test
    void a_file_of_another_kind_is_refused() throws Exception {
        Path path = file("network,asn\n203.0.0.0/16,64500\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> AsnFile.open(path))
                .isInstanceOf(AsnFile.Refused.class)
                .hasMessageContaining("cannot be read as a MaxMind database");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 400})
    void a_file_cut_short_is_refused(int bytes) throws Exception {
        Path path = file(Arrays.copyOf(fixture.bytes(), bytes));
        assertThatThrownBy(() -> AsnFile.open(path)).isInstanceOf(AsnFile.Refused.class);
    }

    @Test
    void a_tree_that_leads_nowhere_is_refused() throws Exception {
        byte[] bytes = fixture.bytes();
        // All records of the tree point far behind the end of the data.
        Arrays.fill(bytes, 0, 6 * 64, (byte) 0xff);
        Path path = file(bytes);
        assertThatThrownBy(() -> AsnFile.open(path))
                .isInstanceOf(AsnFile.Refused.class)
                .hasMessageContaining(path.toString());
    }
}
