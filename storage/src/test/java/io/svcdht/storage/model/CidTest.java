package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.testing.RandomEvents;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {
    private static final String EMPTY_BLAKE3 = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

    /** The examples the IPFS documentation and the CID specification print, with the multihash each contains. */
    @ParameterizedTest
    @CsvSource({
        "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR, c3c4733ec8affd06cf9e9ff50ffc6bcd2ec85a6170004bb709669c31de94391a",
        "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi, c3c4733ec8affd06cf9e9ff50ffc6bcd2ec85a6170004bb709669c31de94391a",
        "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e, b94d27b993ed3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
        "zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA, 6e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95"
    })
    void published_examples_hold_their_sha256(String cid, String digest) {
        assertThat(Cid.parse(cid))
                .hasValueSatisfying(
                        c -> assertThat(HexFormat.of().formatHex(c.multihash())).isEqualTo("1220" + digest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi",
                "BAFKR4IFPCNE3T5PZUGTKAQCN5I3NZSKJTPFSLSNNYEJLPTE2SPFOIHZSMI",
                "f01551e20af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
                "zb38SHkiAVjwXfC2XSPkt592PtH3rfC4cJYpm5sDCysjY9QAm",
                "k2cx9itzeu74l5kemlq1z7rtb8bppmrnmjan0zguq3hcdxqy8npn1so2",
                "baguqehrav4jutopv7gq2nicajxvdnxgjjgn4wjojvxarfn6mtkj4vza7gjra"
            })
    void a_blake3_cid_in_any_base_and_codec_holds_the_digest(String cid) {
        Cid read = Cid.parse(cid).orElseThrow();
        assertThat(read.isBlake3()).isTrue();
        assertThat(Key.of(read.multihash(), 2)).isEqualTo(Key.parseHex(EMPTY_BLAKE3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "b",
                "Qm",
                "hello world",
                "banana-split",
                // cut by one, a digit too many, a wrong digit, a mixed case
                "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsm",
                "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmia",
                "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsm1",
                "BAFKR4IFPCNE3T5PZUGTKAQCN5I3NZSKJTPFSLSNNYEJLPTE2SPFOIHZSMi",
                // the last digit's spare bits are not zero
                "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmj",
                // version 2, version 0 in base16, a length that does not fit
                "f02551e20af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
                "f00551e20af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
                "f01551e1faf1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
                "f01551e21af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
                // nothing but continuation bits
                "f01ffffffffffffffffffffffff",
                "f0155",
                // CIDv0 of the right length and a wrong digit
                "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMn0"
            })
    void anything_else_is_no_cid(String text) {
        assertThat(Cid.parse(text)).isEmpty();
    }

    /** One CID in every base the JavaScript library writes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000010111000000010010001000001100001111000100011100110011111011001000101011111111110100000110110011111001111010011111111101010000111111111100011010111100110100101110110010000101101001100001011100000000000001001011101101110000100101100110100111000011000111011110100101000011100100011010",
                "7002700221014170434637310537764066371723775207774327464566205514134000113556045464703073645034432",
                "92793123896416649578508430956173875066425468388805468715479907750778834469731416946970",
                "f01701220c3c4733ec8affd06cf9e9ff50ffc6bcd2ec85a6170004bb709669c31de94391a",
                "F01701220C3C4733EC8AFFD06CF9E9FF50FFC6BCD2EC85A6170004BB709669C31DE94391A",
                "BAFYBEIGDYRZT5SFP7UDM7HU76UH7Y26NF3EFUYLQABF3OCLGTQY55FBZDI",
                "v05o14863ohpjti5fvk3cv7kvuk7voqud5r45kobg015re2b6jgott51p38",
                "t05o14863ohpjti5fvk3cv7kvuk7voqud5r45kobg015re2b6jgott51p38======",
                "cafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi======",
                "hyfabregdat3u71fx9wdc98w96w89a46pf5rfwamoybf5qnmguoa77fb3de",
                "k2jmtxw8rjh1z69c6not3wtdxb0u3urbzhyll1t9jg6ox26dhi5sfi1m",
                "K2JMTXW8RJH1Z69C6NOT3WTDXB0U3URBZHYLL1T9JG6OX26DHI5SFI1M",
                "zdj7Wic6KcJAfWz1c9o4M6kq9Lwd5BfbxkVafnrojaaGiSFxM",
                "ZCJ7vHB6jBiaEvZ1B9N4m6KQ9kWC5bEAXKuzEMRNJzzgHrfXm",
                "mAXASIMPEcz7Ir/0Gz56f9Q/8a80uyFphcABLtwlmnDHelDka",
                "uAXASIMPEcz7Ir_0Gz56f9Q_8a80uyFphcABLtwlmnDHelDka",
                "🚀🪐⭐💻😅❓💎🌈🌸🌚💰💍🌒😵🐶💁🤐🌎👼🙃🙅☺🌚😞🤤⭐🚀😃✈🌕😚🍻💜🐷⚽✌😊"
            })
    void a_cid_is_the_same_in_every_base(String text) {
        Cid base32 = Cid.parse("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi")
                .orElseThrow();
        assertThat(Cid.parse(text)).hasValueSatisfying(c -> {
            assertThat(c.codec()).isEqualTo(base32.codec()).isEqualTo(0x70);
            assertThat(c.multihash()).isEqualTo(base32.multihash());
        });
        assertThat(ContentId.parse(text, false).key())
                .isEqualTo(ContentId.parse("QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR", false)
                        .key());
    }

    @Test
    void content_in_the_place_of_a_hash_is_told() {
        assertThat(Cid.parse("bafkqaaybaibq"))
                .hasValueSatisfying(c -> assertThat(c.isIdentity()).isTrue());
        assertThat(Cid.parse("bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgkjxzy3rqt5kczyn7lcm3l"))
                .hasValueSatisfying(c -> assertThat(c.codec()).isEqualTo(Cid.CODEC_LIBP2P_KEY));
    }

    @Test
    void no_text_makes_it_fail() {
        long seed = 99;
        RandomGenerator random = new RandomEvents(seed).random();
        String starts = "bBfkzQmF0u79cCtTvVhKRZMU";
        String digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ü";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder().append(starts.charAt(random.nextInt(starts.length())));
            int length = random.nextInt(80);
            for (int c = 0; c < length; c++) {
                text.append(digits.charAt(random.nextInt(digits.length())));
            }
            String t = text.toString();
            assertThat(Cid.parse(t).map(c -> c.multihash().length).orElse(2))
                    .as("seed %d: %s", seed, t)
                    .isPositive();
        }
    }
}
