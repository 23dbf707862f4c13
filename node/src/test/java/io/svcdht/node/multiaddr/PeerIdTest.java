package io.svcdht.node.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.Key;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {
    /** What the specification and the JavaScript library say of the same peers. */
    @ParameterizedTest
    @CsvSource({
        "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA, k51qzi5uqu5dhdmyb9bd18pypu2wp5lpv2xnskfmrqa4lb5knqryrotb05e7or",
        "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA, bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgkjxzy3rqt5kczyn7lcm3l",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N, k2k4r8ncs1yoluq95unsd7x2vfhgve0ncjoggwqx9vyh3vl8warrcp15",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N, bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"
    })
    void a_peer_is_the_same_in_every_spelling(String base58, String cid) {
        assertThat(PeerId.parse(cid)).isPresent().isEqualTo(PeerId.parse(base58));
        assertThat(PeerId.parse(cid).orElseThrow().text()).isEqualTo(base58);
    }

    @Test
    void a_short_key_is_the_id_itself() {
        Key key = Key.parseHex("2ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336b");
        PeerId id = PeerId.of(key);
        assertThat(id.text()).isEqualTo("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
        assertThat(PeerId.parse(id.text()).orElseThrow().ed25519()).contains(key);
        assertThat(PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")
                        .orElseThrow()
                        .ed25519())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "Qm",
                "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S",
                "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU50A",
                "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
                // the hash of something that is no key, by its codec
                "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
                "n3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
            })
    void anything_else_is_no_peer(String text) {
        assertThat(PeerId.parse(text)).isEmpty();
    }

    @Test
    void an_endless_text_is_not_even_read() {
        assertThat(PeerId.parse("1".repeat(100_000))).isEmpty();
    }
}
