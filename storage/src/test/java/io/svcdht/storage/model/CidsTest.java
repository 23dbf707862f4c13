package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.testing.RandomEvents;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidsTest {
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
        assertThat(Cids.multihash(cid))
                .hasValueSatisfying(
                        mh -> assertThat(HexFormat.of().formatHex(mh)).isEqualTo("1220" + digest));
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
        byte[] mh = Cids.multihash(cid).orElseThrow();
        assertThat(Cids.isBlake3(mh)).isTrue();
        assertThat(Key.of(mh, 2)).isEqualTo(Key.parseHex(EMPTY_BLAKE3));
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
        assertThat(Cids.multihash(text)).isEmpty();
    }

    @Test
    void no_text_makes_it_fail() {
        long seed = 99;
        RandomGenerator random = new RandomEvents(seed).random();
        String starts = "bBfkzQmF0u";
        String digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ü";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder().append(starts.charAt(random.nextInt(starts.length())));
            int length = random.nextInt(80);
            for (int c = 0; c < length; c++) {
                text.append(digits.charAt(random.nextInt(digits.length())));
            }
            String t = text.toString();
            assertThat(Cids.multihash(t).map(b -> b.length).orElse(2))
                    .as("seed %d: %s", seed, t)
                    .isPositive();
        }
    }
}
