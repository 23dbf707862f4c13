package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.OnionName;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnionKeyTest {
    @Test
    void it_follows_from_the_nodes_key_and_is_another() {
        byte[] seed = new byte[32];
        OnionKey key = OnionKey.of(seed);

        assertThat(key.host()).isEqualTo(OnionKey.of(new byte[32]).host());
        assertThat(OnionName.isValid(key.host())).isTrue();
        assertThat(key.host())
                .isNotEqualTo(OnionName.of(Ed25519Keys.publicKey(seed).bytes()));
        seed[0] = 1;
        assertThat(OnionKey.of(seed).host()).isNotEqualTo(key.host());
    }

    @Test
    void a_node_that_comes_back_has_the_same_service(@TempDir Path temp) throws Exception {
        String first = NodeIdentity.loadOrCreate(temp).onionKey().host();

        assertThat(NodeIdentity.loadOrCreate(temp).onionKey().host()).isEqualTo(first);
        assertThat(NodeIdentity.ephemeral().onionKey().host()).isNotEqualTo(first);
    }

    @Test
    void the_expanded_key_is_clamped() {
        byte[] expanded = OnionKey.of(new byte[32]).expanded();

        assertThat(expanded).hasSize(64);
        assertThat(expanded[0] & 7).isZero();
        assertThat(expanded[31] & 0xc0).isEqualTo(0x40);
    }
}
