package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {
    /** The test vectors of multiformats/multibase, tests/basic.csv. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "001111001011001010111001100100000011011010110000101101110011010010010000000100001",
                "7362625631006654133464440102",
                "9573277761329450583662625",
                "f796573206d616e692021",
                "F796573206D616E692021",
                "bpfsxgidnmfxgsibb",
                "BPFSXGIDNMFXGSIBB",
                "vf5in683dc5n6i811",
                "VF5IN683DC5N6I811",
                "cpfsxgidnmfxgsibb",
                "CPFSXGIDNMFXGSIBB",
                "tf5in683dc5n6i811",
                "TF5IN683DC5N6I811",
                "hxf1zgedpcfzg1ebb",
                "k2lcpzo5yikidynfl",
                "K2LCPZO5YIKIDYNFL",
                "Z7Pznk19XTTzBtx",
                "z7paNL19xttacUY",
                "meWVzIG1hbmkgIQ",
                "MeWVzIG1hbmkgIQ==",
                "ueWVzIG1hbmkgIQ",
                "UeWVzIG1hbmkgIQ=="
            })
    void every_base_says_the_same(String text) {
        assertThat(Multibase.decode(text)).hasValueSatisfying(b -> assertThat(new String(b, StandardCharsets.US_ASCII))
                .isEqualTo("yes mani !"));
    }

    /** The same, tests/two_leading_zeros.csv. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000001111001011001010111001100100000011011010110000101101110011010010010000000100001",
                "700000171312714403326055632220041",
                "900573277761329450583662625",
                "f0000796573206d616e692021",
                "baaahszltebwwc3tjeaqq",
                "v0007ipbj41mm2rj940gg",
                "caaahszltebwwc3tjeaqq====",
                "CAAAHSZLTEBWWC3TJEAQQ====",
                "t0007ipbj41mm2rj940gg====",
                "hyyy813murbssn5ujryoo",
                "k002lcpzo5yikidynfl",
                "R000RFF.OEB$D5/DZ24",
                "Z117Pznk19XTTzBtx",
                "z117paNL19xttacUY",
                "mAAB5ZXMgbWFuaSAh",
                "UAAB5ZXMgbWFuaSAh",
                "🚀🚀🚀🏃✋🌈😅🌷🤤😻🌟😅👏"
            })
    void leading_zeros_are_kept(String text) {
        assertThat(Multibase.decode(text))
                .hasValueSatisfying(b -> assertThat(b).isEqualTo(HexFormat.of().parseHex("0000796573206d616e692021")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x00",
                "pro-babab",
                // a digit of another base, of another case, too few or too many
                "012",
                "00000000",
                "78",
                "9a",
                "fABCD",
                "fabc",
                "b1",
                "bpfsxgidnmfxgsibba",
                "cpfsxgidnmfxgsibb=",
                "c========",
                "z0",
                "R0",
                "R:::",
                // bits left over, padding where none belongs and none where it does
                "bmf",
                "meWVzIG1hbmkgIR",
                "meWVzIG1hbmkgIQ==",
                "MeWVzIG1hbmkgIQ",
                "ueWVz+G1h",
                "🚀a"
            })
    void a_text_has_one_spelling_only(String text) {
        assertThat(Multibase.decode(text)).isEmpty();
    }

    @Test
    void base58_goes_there_and_back() {
        for (String hex :
                new String[] {"", "00", "0000ff", "ff", "1e20af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7"}) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            assertThat(Multibase.base58btc(Multibase.toBase58btc(bytes)))
                    .hasValueSatisfying(b -> assertThat(b).isEqualTo(bytes));
        }
    }
}
