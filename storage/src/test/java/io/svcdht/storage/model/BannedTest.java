package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BannedTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.0/24",
                "0.0.0.0/0",
                "192.0.2.7/32",
                "2001:db8::/32",
                "::/0",
                "2001:db8::1/128",
                "2001:db8:0:0:8000::/65",
                "b3::/16",
                "b3:b3::3:33:3:33/128"
            })
    void prefixes_come_back_as_written(String text) {
        assertThat(AddressPrefix.parse(text).text()).isEqualTo(text);
        assertThat(Banned.parse(text)).isInstanceOf(Banned.Addresses.class);
        assertThat(Banned.parse(Banned.parse(text).text())).isEqualTo(Banned.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255:1, true",
        "192.0.2.0/24, 192.0.3.0:1, false",
        "0.0.0.0/0, 255.1.2.3:1, true",
        "0.0.0.0/0, [2001:db8::1]:1, false",
        "2001:db8::/32, [2001:db8:ffff::1]:1, true",
        "2001:db8::/32, [2001:db9::]:1, false",
        "2001:db8::8000:0:0:0/65, [2001:db8::8000:0:0:1]:1, true",
        "2001:db8::8000:0:0:0/65, [2001:db8::7000:0:0:1]:1, false",
        "::/0, name.example:1, false",
    })
    void a_prefix_holds_its_addresses(String prefix, String address, boolean held) {
        assertThat(AddressPrefix.parse(prefix).contains(PeerAddress.parse(address)))
                .isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/", "2001:db8::1/32", "::/129", "x/8", "", "n3:00"})
    void anything_else_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Banned.parse(text));
    }

    @Test
    void one_address_is_a_prefix_too() {
        assertThat(AddressPrefix.parse("192.0.2.7")).isEqualTo(AddressPrefix.parse("192.0.2.7/32"));
    }
}
