package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentIdTest {
    private static final String HEX = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    private static final String CIDV1_BLAKE3 = "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi";

    @Test
    void the_canonical_form_is_its_own_key() {
        ContentId cid = ContentId.parse("  b3:" + HEX + "\n", false);

        assertThat(cid.key()).isEqualTo(Key.parseHex(HEX));
        assertThat(cid.text()).isEqualTo("b3:" + HEX);
        assertThat(cid.isCanonical()).isTrue();
        assertThat(ContentId.of(cid.key())).isEqualTo(cid);
    }

    @Test
    void a_blake3_cid_has_the_same_key_and_keeps_its_text() {
        ContentId cid = ContentId.parse(CIDV1_BLAKE3, false);

        assertThat(cid.key()).isEqualTo(Key.parseHex(HEX));
        assertThat(cid.text()).isEqualTo(CIDV1_BLAKE3);
        assertThat(cid.isCanonical()).isFalse();
    }

    @Test
    void any_other_cid_has_the_digest_of_its_multihash() {
        ContentId v0 = ContentId.parse("QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR", false);
        ContentId v1 = ContentId.parse("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", false);
        byte[] multihash =
                HexFormat.of().parseHex("1220c3c4733ec8affd06cf9e9ff50ffc6bcd2ec85a6170004bb709669c31de94391a");

        assertThat(v0.key()).isEqualTo(v1.key()).isEqualTo(Key.of(Blake3.hash(multihash)));
    }

    @Test
    void a_short_id_stands_for_the_digest_of_its_text_where_that_is_allowed() {
        for (String text : List.of("b3:short", "my file", "b3:" + HEX.substring(1), "größe", "b3:")) {
            ContentId cid = ContentId.parse(text, true);
            assertThat(cid.text()).isEqualTo(text);
            assertThat(cid.key()).isEqualTo(Key.of(Blake3.hash(text.getBytes(StandardCharsets.UTF_8))));
            assertThat(cid.isCanonical()).isFalse();
            assertThatThrownBy(() -> ContentId.parse(text, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lenient_ids");
        }
    }

    @Test
    void upper_case_digits_are_refused_rather_than_taken_for_another_key() {
        assertThatThrownBy(() -> ContentId.parse("b3:" + HEX.toUpperCase(java.util.Locale.ROOT), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("upper-case");
    }

    @Test
    void unprintable_empty_and_overlong_texts_are_refused() {
        for (String text : List.of("", "  ", "b3:\u0000", "b3:\u202eabc", "x".repeat(513))) {
            assertThatThrownBy(() -> ContentId.parse(text, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cid");
        }
    }

    @Test
    void only_the_exact_text_is_canonical() {
        Key key = Key.parseHex(HEX);
        assertThat(new ContentId("b3:" + HEX, new Key(1, 2, 3, 4)).isCanonical())
                .isFalse();
        assertThat(new ContentId("B3:" + HEX, key).isCanonical()).isFalse();
        assertThat(new ContentId(HEX, key).isCanonical()).isFalse();
        assertThat(new ContentId("b3:" + HEX, key)).isEqualTo(ContentId.of(key)).hasSameHashCodeAs(ContentId.of(key));
        assertThat(new ContentId(HEX, key)).isNotEqualTo(ContentId.of(key));
    }
}
