package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.PeerAddress;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Socks5Test {
    private static final HexFormat HEX = HexFormat.of();

    private final Socks5 socks = new Socks5(PeerAddress.parse("seed.example:5302"), "secret");

    private String say(String hex) {
        return say(socks, hex);
    }

    private static String say(Socks5 socks, String hex) {
        return switch (socks.read(HEX.parseHex(hex))) {
            case Socks5.Step.More m -> "more";
            case Socks5.Step.Say(byte[] bytes) -> HEX.formatHex(bytes);
            case Socks5.Step.Through t -> "through";
            case Socks5.Step.Refused(Failure why) -> why.name();
        };
    }

    @Test
    void a_name_goes_to_the_proxy_as_it_is_behind_a_password() {
        assertThat(HEX.formatHex(socks.greeting())).isEqualTo("05020200");
        assertThat(say("0502")).isEqualTo("01077376632d64687406736563726574");
        assertThat(say("0100")).isEqualTo("050100030c736565642e6578616d706c6514b6");
        assertThat(say("05000001000000000000")).isEqualTo("through");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:5302, 05010001c000020114b6",
        "[2001:db8::1]:5302, 0501000420010db800000000000000000000000114b6"
    })
    void an_address_goes_as_it_is(String at, String request) {
        assertThat(say(new Socks5(PeerAddress.parse(at), "x"), "0500")).isEqualTo(request);
    }

    @Test
    void answers_may_come_byte_by_byte() {
        assertThat(say("05")).isEqualTo("more");
        say("02");
        assertThat(say("01")).isEqualTo("more");
        say("00");
        for (String b : "05 00 00 03 03 61 62 63 00".split(" ")) {
            assertThat(say(b)).isEqualTo("more");
        }
        assertThat(say("16")).isEqualTo("through");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0402", "05ff", "0501", "050200", "485454502f"})
    void other_methods_are_none(String answer) {
        assertThat(say(answer)).isEqualTo("ProxyFailed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0101", "0500", "010005"})
    void a_password_is_taken_or_not(String answer) {
        say("0502");
        assertThat(say(answer)).isEqualTo("ProxyFailed");
    }

    @ParameterizedTest
    @CsvSource({
        "0501, Unreachable", "0502, ProxyFailed", "0503, Unreachable", "0504, Unreachable", "0505, Unreachable",
        "0506, DialTimeout", "0507, ProxyFailed", "0508, ProxyFailed", "05f4, Unreachable", "0400, ProxyFailed",
        "0500000900, ProxyFailed", "0500000100000000000016, ProxyFailed"
    })
    void a_refusal_says_why(String answer, String why) {
        say("0500");
        assertThat(say(answer)).isEqualTo(why);
    }

    /** Whatever comes, it ends, and says no more than three things. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noise_comes_to_an_end(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            Socks5 s = new Socks5(PeerAddress.parse("192.0.2.1:5302"), "x");
            int said = 0;
            boolean over = false;
            for (int i = 0; i < 300 && !over; i++) {
                byte[] chunk = new byte[1 + random.nextInt(8)];
                random.nextBytes(chunk);
                if (random.nextInt(4) > 0) {
                    chunk = HEX.parseHex(random.nextBoolean() ? "0502" : "0100");
                }
                switch (s.read(chunk)) {
                    case Socks5.Step.More m -> {}
                    case Socks5.Step.Say x -> said++;
                    case Socks5.Step.Through t -> over = true;
                    case Socks5.Step.Refused r -> over = true;
                }
            }
            assertThat(over).as("seed %d, round %d", seed, round).isTrue();
            assertThat(said).isLessThanOrEqualTo(2);
        }
    }
}
