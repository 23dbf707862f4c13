package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.testing.RandomEvents;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
    @Test
    void bytes_and_hex_come_back() {
        RandomEvents values = new RandomEvents(1);
        for (int i = 0; i < 1000; i++) {
            Key key = values.key();
            assertThat(Key.of(key.bytes())).isEqualTo(key).hasSameHashCodeAs(key);
            assertThat(Key.parseHex(key.hex())).isEqualTo(key);
            assertThat(key.hex()).hasSize(64).isEqualTo(key.toString()).isLowerCase();
            byte[] padded = new byte[40];
            System.arraycopy(key.bytes(), 0, padded, 5, 32);
            assertThat(Key.of(padded, 5)).isEqualTo(key);
        }
    }

    @Test
    void order_is_that_of_the_unsigned_number() {
        RandomEvents values = new RandomEvents(2);
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Key k = values.key();
            keys.add(k);
            keys.add(new Key(k.w0(), k.w1(), k.w2(), ~k.w3()));
            keys.add(new Key(k.w0(), k.w1(), ~k.w2(), k.w3()));
            keys.add(new Key(k.w0(), ~k.w1(), k.w2(), k.w3()));
        }
        for (int i = 1; i < keys.size(); i++) {
            Key a = keys.get(i - 1);
            Key b = keys.get(i);
            int expected = new BigInteger(1, a.bytes()).compareTo(new BigInteger(1, b.bytes()));
            assertThat(Integer.signum(a.compareTo(b))).isEqualTo(expected);
            assertThat(Integer.signum(a.hex().compareTo(b.hex()))).isEqualTo(expected);
        }
    }

    @Test
    void keys_that_differ_in_one_word_hash_apart() {
        Set<Integer> hashes = new HashSet<>();
        for (long i = 0; i < 1000; i++) {
            hashes.add(new Key(i, 0, 0, 0).hashCode());
            hashes.add(new Key(0, i, 0, 0).hashCode());
            hashes.add(new Key(0, 0, i, 0).hashCode());
            hashes.add(new Key(0, 0, 0, i).hashCode());
        }
        assertThat(hashes).hasSizeGreaterThan(3_950);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void any_other_length_is_refused(int length) {
        assertThatThrownBy(() -> Key.of(new byte[length])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void text_that_is_not_64_digits_is_refused() {
        for (String text : List.of("", "ab", "z".repeat(64), "0".repeat(63), "0".repeat(65), "0".repeat(66))) {
            assertThatThrownBy(() -> Key.parseHex(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Key.of(new byte[40], 9)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_node_id_has_one_text_form() {
        NodeId id = new NodeId(new Key(1, 2, 3, -4));
        assertThat(NodeId.parse(id.text())).isEqualTo(id);
        assertThat(NodeId.looksLike(id.text())).isTrue();
        for (String text : List.of(
                "",
                "n3:",
                "self",
                id.text().toUpperCase(java.util.Locale.ROOT),
                id.text() + "0",
                "b3:" + id.key().hex())) {
            assertThat(NodeId.looksLike(text)).as(text).isFalse();
            assertThatThrownBy(() -> NodeId.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
