package io.svcdht.node.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.PeerAddress;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
    private static final String PEER = "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC";

    /** What the libraries of the multiformats project take, but for paths of Unix sockets. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ip4/1.2.3.4",
                "/ip4/0.0.0.0",
                "/ip6/::1",
                "/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21",
                "/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21/udp/1234/quic",
                "/ip6zone/x/ip6/fe80::1/udp/1234/quic",
                "/ip6/fe80::1cc1:a3b8:322f:cf22/ipcidr/24/tcp/1234/tls/ws",
                "/onion/timaq4ygg2iegci7:80/http",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234",
                "/udp/0",
                "/tcp/65535",
                "/dnsaddr/ipfs.io",
                "/dns4/ipfs.io/tcp/443/https",
                "/udp/1234/sctp/1234",
                "/udp/1234/udt",
                "/tcp/1234/ws",
                "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC",
                "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC/p2p-circuit",
                "/ip4/127.0.0.1/udp/9090/quic-v1/webtransport/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ",
                "/ip4/1.2.3.4/udp/1/webrtc-direct/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ"
            })
    void a_valid_address_keeps_its_text(String text) {
        assertThat(Multiaddr.parse(text))
                .hasValueSatisfying(a -> assertThat(a.text()).isEqualTo(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "//",
                "tcp/80",
                "/ip4",
                "/ip4/::1",
                "/ip4/fdpsofodsajfdoisa",
                "/ip4/1.2.3.4:80",
                "/ip6",
                "/ip6/1.2.3.4",
                "/ip6/[::1]",
                "/udp",
                "/tcp/65536",
                "/tcp/-1",
                "/tcp/080",
                "/quic/65536",
                "/onion/9imaq4ygg2iegci7:80",
                "/onion/aaimaq4ygg2iegci7:80",
                "/onion/timaq4ygg2iegci7:0",
                "/onion/timaq4ygg2iegci7",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyy@:666",
                "/udp/1234/sctp",
                "/udp/1234/udt/1234",
                "/ip4/127.0.0.1/tcp/jfodsajfidosajfoidsa",
                "/ip4/127.0.0.1/p2p",
                "/ip4/127.0.0.1/p2p/tcp",
                "/ip4/127.0.0.1//tcp/80",
                "/unix/tmp/socket",
                "/carrier-pigeon/12",
                "local://nodeA"
            })
    void anything_else_is_none(String text) {
        assertThat(Multiaddr.parse(text)).isEmpty();
    }

    @Test
    void the_peer_at_its_end_is_whom_it_leads_to() {
        Multiaddr direct = Multiaddr.parse("/ip4/1.2.3.4/tcp/4001/ipfs/" + PEER).orElseThrow();
        assertThat(direct.peer().orElseThrow().text()).isEqualTo(PEER);
        assertThat(direct.withoutPeer().orElseThrow().text()).isEqualTo("/ip4/1.2.3.4/tcp/4001");

        Multiaddr relay = Multiaddr.parse("/ip4/1.2.3.4/tcp/4001/p2p/" + PEER + "/p2p-circuit")
                .orElseThrow();
        assertThat(relay.peer()).isEmpty();
        assertThat(relay.withoutPeer()).contains(relay);

        assertThat(Multiaddr.parse("/p2p/" + PEER).orElseThrow().withoutPeer()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:5302, /ip4/192.0.2.1/tcp/5302",
        "[2001:db8::1]:5302, /ip6/2001:db8::1/tcp/5302",
        "node.example:5302, /dns/node.example/tcp/5302",
        "vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd.onion:80, /onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:80"
    })
    void where_a_node_listens_is_one(String address, String multiaddr) {
        Multiaddr made = Multiaddr.of(PeerAddress.parse(address));
        assertThat(made.text()).isEqualTo(multiaddr);
        assertThat(Multiaddr.parse(multiaddr)).contains(made);
    }

    @Test
    void no_text_makes_it_fail() {
        long seed = 230;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String[] words = {
            "ip4",
            "ip6",
            "tcp",
            "p2p",
            "dns",
            "certhash",
            "onion3",
            "quic-v1",
            "",
            "1.2.3.4",
            "::",
            "80",
            PEER,
            "uAQ",
            "é"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int w = random.nextInt(8); w > 0; w--) {
                text.append('/').append(words[random.nextInt(words.length)]);
            }
            String t = text.toString();
            Multiaddr.parse(t).ifPresent(a -> assertThat(Multiaddr.parse(a.text()))
                    .as("seed %d: %s", seed, t)
                    .contains(a));
        }
    }
}
