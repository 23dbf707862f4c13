package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NodeKeysTest {
    private final Random random = new Random(5);

    private Key key() {
        return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private static NodeId derived(Key ed25519, Key mlDsa87Hash) {
        return new NodeId(Key.of(new Blake3()
                .update("svc-dht/node-id/v1".getBytes(StandardCharsets.US_ASCII))
                .update(ed25519.bytes())
                .update(mlDsa87Hash.bytes())
                .finish()));
    }

    /** Ids are remembered for keys met before; these meet each other at the same places again and again. */
    @Test
    void an_id_is_always_that_of_both_keys() {
        Key[] ed = new Key[3_000];
        Key[] ml = new Key[3];
        for (int i = 0; i < ed.length; i++) {
            ed[i] = key();
        }
        for (int i = 0; i < ml.length; i++) {
            ml[i] = key();
        }
        for (int i = 0; i < 30_000; i++) {
            Key e = ed[random.nextInt(ed.length)];
            Key m = ml[random.nextInt(ml.length)];
            NodeKeys keys = NodeKeys.of(e, m);
            assertThat(keys.id()).isEqualTo(derived(e, m));
            assertThat(keys.ed25519()).isEqualTo(e);
            assertThat(keys.mlDsa87Hash()).isEqualTo(m);
        }
        for (Key e : ed) {
            assertThat(NodeKeys.classical(e).id()).isEqualTo(derived(e, NodeKeys.CLASSICAL_ONLY));
        }
    }
}
