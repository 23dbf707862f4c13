package io.svcdht.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A proof is of one word of a record: it is kept with it, counts in the digest, and goes with the next word. */
class ProofTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final Key KEY = new Key(1, 2, 3, 4);
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(5, 6, 7, 8));

    private final State state = new State(new HeapStore());

    private static ProviderRecord record(byte... signatures) {
        Proof proof = signatures.length == 0 ? null : new Proof(KEYS, signatures);
        return new ProviderRecord(ContentId.of(KEY), KEYS.id(), "a", List.of(), 600, T0, proof);
    }

    private StoredRecord only() {
        return state.providers().holdersOf(KEY).iterator().next();
    }

    @Test
    void it_is_kept_with_the_word_it_proves() {
        Fold.apply(state, 1, T0, 0, new DhtEvent.ProviderAnnounced(record((byte) 1)));
        assertThat(only().record()).isEqualTo(record((byte) 1));
    }

    @Test
    void a_refresh_is_another_word_and_drops_it() {
        Fold.apply(state, 1, T0, 0, new DhtEvent.ProviderAnnounced(record((byte) 1)));
        Fold.apply(state, 2, T0, 1, new DhtEvent.ProviderRefreshed(KEY, 600, T0 + 1));
        assertThat(only().record().proof()).isNull();
    }

    @Test
    void a_withdrawal_is_another_word_and_drops_it() {
        Fold.apply(state, 1, T0, 0, new DhtEvent.ProviderAnnounced(record((byte) 1)));
        Fold.apply(state, 2, T0, 1, new DhtEvent.ProviderWithdrawn(KEY, T0 + 1, T0 + 900_000));
        assertThat(only().tombstone()).isTrue();
        assertThat(only().record().proof()).isNull();
    }

    @Test
    void it_counts_in_the_digest() {
        Set<Key> digests = new HashSet<>();
        for (ProviderRecord r : List.of(record(), record((byte) 1), record((byte) 2), record((byte) 1, (byte) 2))) {
            State fresh = new State(new HeapStore());
            Fold.apply(fresh, 1, T0, 0, new DhtEvent.ProviderAnnounced(r));
            assertThat(digests.add(fresh.digest())).as("%s", r).isTrue();
        }
    }

    @Test
    void it_is_of_the_publisher() {
        NodeKeys other = NodeKeys.classical(new Key(9, 9, 9, 9));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProviderRecord(
                        ContentId.of(KEY), KEYS.id(), "a", List.of(), 600, T0, new Proof(other, new byte[1])));
        assertThatIllegalArgumentException().isThrownBy(() -> new Proof(KEYS, new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Proof(KEYS, new byte[Proof.SIGNATURE_BYTES_MAX + 1]));
    }
}
