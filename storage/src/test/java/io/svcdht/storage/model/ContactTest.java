package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContactTest {
    private static final Key ED = new Key(1, 2, 3, 4);
    private static final Key ML = new Key(5, 6, 7, 8);
    private static final PeerAddress HERE = PeerAddress.parse("127.0.0.1:5302");

    /** Put together by hand from the rule's words. */
    @Test
    void the_id_is_the_hash_of_context_and_keys() {
        byte[] input = new byte[18 + 64];
        System.arraycopy("svc-dht/node-id/v1".getBytes(StandardCharsets.US_ASCII), 0, input, 0, 18);
        System.arraycopy(ED.bytes(), 0, input, 18, 32);
        assertThat(NodeKeys.classical(ED).id().key().bytes()).isEqualTo(Blake3.hash(input));
        System.arraycopy(ML.bytes(), 0, input, 50, 32);
        assertThat(NodeKeys.of(ED, ML).id().key().bytes()).isEqualTo(Blake3.hash(input));
    }

    @Test
    void either_key_makes_another_node() {
        assertThat(List.of(
                        NodeKeys.of(ED, ML).id(),
                        NodeKeys.classical(ED).id(),
                        NodeKeys.of(ML, ED).id(),
                        NodeKeys.of(ED, new Key(5, 6, 7, 9)).id()))
                .doesNotHaveDuplicates();
        assertThat(NodeKeys.classical(ED).classicalOnly()).isTrue();
        assertThat(NodeKeys.of(ED, ML).classicalOnly()).isFalse();
        assertThat(NodeKeys.of(ED, ML)).isEqualTo(NodeKeys.of(ED, ML)).hasSameHashCodeAs(NodeKeys.of(ED, ML));
    }

    @Test
    void what_no_node_has_is_refused() {
        NodeKeys keys = NodeKeys.of(ED, ML);
        assertThat(new Contact(keys, List.of(HERE), Contact.ASN_MAX).id()).isEqualTo(keys.id());
        assertThatIllegalArgumentException().isThrownBy(() -> new Contact(keys, List.of(), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Contact(keys, Collections.nCopies(2, HERE), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Contact(keys, List.of(HERE), -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Contact(keys, List.of(HERE), Contact.ASN_MAX + 1));
        List<PeerAddress> many = IntStream.rangeClosed(1, Contact.ADDRS_MAX + 1)
                .<PeerAddress>mapToObj(port -> new PeerAddress.Ip4(1, port))
                .toList();
        assertThatIllegalArgumentException().isThrownBy(() -> new Contact(keys, many, 0));
    }
}
