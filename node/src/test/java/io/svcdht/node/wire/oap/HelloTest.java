package io.svcdht.node.wire.oap;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.OnionName;
import io.svcdht.storage.model.PeerAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelloTest {
    private static Decoded<Hello> read(String json) {
        return Hello.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_greeting_is_read_as_it_was_written() {
        assertThat(Hello.decode(Samples.HELLO.encode())).isEqualTo(new Decoded.Read<>(Samples.HELLO));
    }

    @Test
    void unknown_members_are_passed_over_and_missing_ones_have_a_meaning() {
        Hello h =
                ((Decoded.Read<Hello>) read("{\"network_id\":\"x\",\"new\":{\"a\":[1,2]},\"ua\":\"other/1\"}")).value();

        assertThat(h.networkId()).isEqualTo("x");
        assertThat(h.inflightMax()).isEqualTo(1);
        assertThat(h.inflates()).isFalse();
        assertThat(h.listenPort()).isZero();
    }

    @Test
    void a_peer_that_takes_longer_frames_than_there_are_is_fine() {
        Hello h = ((Decoded.Read<Hello>) read("{\"max_frame\":99999999999}")).value();

        assertThat(h.frameBytesMax()).isEqualTo(Frame.BYTES_MAX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}x",
                "{\"ua\":1}",
                "{\"ua\":\"a\",\"ua\":\"b\"}",
                "{\"max_frame\":100}",
                "{\"max_frame\":-1}",
                "{\"max_inflight\":0}",
                "{\"versions\":1}",
                "{\"versions\":[1,[2]]}",
                "{\"versions\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}",
                "{\"listen_port\":65536}",
                "{\"ua\":\"\\u001b[2J\"}",
                "{\"x\":[[[[[[[[[[1]]]]]]]]]]}",
            })
    void all_else_is_refused(String json) {
        assertThat(read(json)).isInstanceOfSatisfying(Decoded.Refused.class, r -> assertThat(r.why())
                .isEqualTo(WireError.BadHello));
    }

    @Test
    void a_long_greeting_is_refused_unread() {
        assertThat(read("{\"ua\":\"" + "x".repeat(5_000) + "\"}"))
                .isInstanceOfSatisfying(
                        Decoded.Refused.class, r -> assertThat(r.why()).isEqualTo(WireError.TooMany));
    }

    @Test
    void an_onion_service_may_be_named_and_one_nobody_knows_is_none() {
        String onion = OnionName.of(new byte[32]) + ":5302";
        Hello h = ((Decoded.Read<Hello>) read("{\"network_id\":\"x\",\"onion\":\"" + onion + "\"}")).value();

        assertThat(h.onion()).isEqualTo(PeerAddress.parse(onion));
        assertThat(Hello.decode(h.encode())).isEqualTo(new Decoded.Read<>(h));
        for (String other : new String[] {"abcdefghij.onion:5302", "example.org:5302", "127.0.0.1:5302", "a" + onion}) {
            assertThat(((Decoded.Read<Hello>) read("{\"onion\":\"" + other + "\"}"))
                            .value()
                            .onion())
                    .as(other)
                    .isNull();
        }
        assertThat(read("{\"onion\":7}")).isInstanceOf(Decoded.Refused.class);
        assertThat(read("{\"onion\":\"no address\"}")).isInstanceOf(Decoded.Refused.class);
    }
}
