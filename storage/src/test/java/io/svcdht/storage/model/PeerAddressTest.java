package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.svcdht.storage.model.PeerAddress.Scope;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:5302, PUBLIC",
        "127.0.0.1:1, LOOPBACK",
        "10.255.0.1:5302, PRIVATE",
        "172.16.0.1:5302, PRIVATE",
        "172.32.0.1:5302, PUBLIC",
        "192.168.1.1:65535, PRIVATE",
        "100.64.0.1:5302, PRIVATE",
        "100.128.0.1:5302, PUBLIC",
        "169.254.1.1:5302, PRIVATE",
        "0.0.0.0:5302, NOWHERE",
        "224.0.0.1:5302, NOWHERE",
        "255.255.255.255:5302, NOWHERE",
        "[::]:5302, NOWHERE",
        "[::1]:5302, LOOPBACK",
        "[2001:db8::1]:5302, PUBLIC",
        "[fe80::1]:5302, PRIVATE",
        "[fd00:1:2:3:4:5:6:7]:5302, PRIVATE",
        "[ff02::1]:5302, NOWHERE",
        "[64:ff9b::1]:5302, NOWHERE",
        "localhost:5302, LOOPBACK",
        "seed-1.example.org:5302, PUBLIC",
        "abcdefghij.onion:5302, PUBLIC",
    })
    void each_form_is_read_written_and_placed(String text, Scope scope) {
        PeerAddress address = PeerAddress.parse(text);
        assertThat(address.text()).isEqualTo(text);
        assertThat(address.scope()).isEqualTo(scope);
        if (!(address instanceof PeerAddress.Named)) {
            assertThat(PeerAddress.ofBytes(address.bytes())).isEqualTo(address);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "1.2.3.4",
                "1.2.3.4:",
                "1.2.3.4:0",
                "1.2.3.4:65536",
                "1.2.3.4:05302",
                "1.2.3:5302",
                "1.2.3.256:5302",
                "01.2.3.4:5302",
                "1.2.3.4.5:5302",
                "::1:5302",
                "[::1:5302",
                "[1::2::3]:5302",
                "[1:2:3:4:5:6:7]:5302",
                "[1:2:3:4:5:6:7:8:9]:5302",
                "[1:2:3:4:5:6:7:8::]:5302",
                "[::ffff:1.2.3.4]:5302",
                "[::ffff:102:304]:5302",
                "[fe80::1%eth0]:5302",
                "[12345::]:5302",
                "[:::]:5302",
                "Host:5302",
                "-a:5302",
                "a..b:5302",
                "a b:5302",
                "ö.de:5302",
                "1.2.3.4 :5302",
                "127.1:5302"
            })
    void anything_else_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PeerAddress.parse(text));
    }

    @Test
    void ipv6_text_is_read_as_the_jdk_reads_it() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[18];
            for (int g = 0; g < 8; g++) {
                if (random.nextBoolean()) {
                    bytes[2 * g] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
                    bytes[2 * g + 1] = (byte) random.nextInt();
                }
            }
            bytes[0] = 0x20;
            bytes[17] = 1;
            PeerAddress address = PeerAddress.ofBytes(bytes);
            String text = address.text();
            assertThat(PeerAddress.parse(text)).as("seed 7, %d", i).isEqualTo(address);
            byte[] jdk = InetAddress.ofLiteral(text.substring(1, text.lastIndexOf(']')))
                    .getAddress();
            assertThat(jdk).as("seed 7, %d: %s", i, text).isEqualTo(java.util.Arrays.copyOf(bytes, 16));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 7, 16, 17, 19})
    void binary_forms_have_two_lengths(int length) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) 1);
        assertThatIllegalArgumentException().isThrownBy(() -> PeerAddress.ofBytes(bytes));
    }
}
