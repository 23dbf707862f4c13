package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.trust.RecordTree;
import io.svcdht.node.trust.RootSigner;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final NodeIdentity SELF = NodeIdentity.ephemeral();
    private static final long MILLI = 1_000_000L;
    private static final long WINDOW = 200;

    private long now = 77;
    private final TreeMap<Long, List<Runnable>> timers = new TreeMap<>();
    private final Gathering gathering = new Gathering(
            new RootSigner(SELF),
            (millis, work) -> timers.computeIfAbsent(now + millis * MILLI, t -> new ArrayList<>())
                    .add(work),
            () -> now);

    private static List<SignedRecord> records(int n) {
        RecordSigner signer = new RecordSigner(SELF);
        SignedRecord one = signer.sign(
                new ProviderRecord(ContentId.of(new Key(n, 1, 1, 1)), SELF.id(), "", List.of(), 600, 1_000));
        return Collections.nCopies(n, one);
    }

    private CompletableFuture<List<SignedRecord>> sign(int n) {
        return gathering.sign(records(n), WINDOW);
    }

    private void pass(long millis) {
        now += millis * MILLI;
        while (!timers.isEmpty() && timers.firstKey() <= now) {
            timers.pollFirstEntry().getValue().forEach(Runnable::run);
        }
    }

    private static Key root(CompletableFuture<List<SignedRecord>> signed) {
        return signed.join().getFirst().root();
    }

    @Test
    void the_first_goes_at_once_and_what_comes_within_the_window_shares_the_next_signature() {
        CompletableFuture<List<SignedRecord>> first = sign(1);
        assertThat(first).isCompleted();
        CompletableFuture<List<SignedRecord>> second = sign(2);
        pass(50);
        CompletableFuture<List<SignedRecord>> third = sign(3);
        pass(149);
        assertThat(second).isNotDone();
        pass(1);
        assertThat(second).isCompleted();
        assertThat(third.join()).hasSize(3);
        assertThat(root(second)).isEqualTo(root(third)).isNotEqualTo(root(first));
        assertThat(gathering.root(root(third))).isPresent();
        pass(WINDOW);
        assertThat(sign(1)).as("after a pause nobody waits").isCompleted();
    }

    @Test
    void who_is_waited_for_does_not_wait_for_the_whole_window() {
        assertThat(sign(1)).isCompleted();
        CompletableFuture<List<SignedRecord>> patient = sign(1);
        CompletableFuture<List<SignedRecord>> asked = gathering.sign(records(2), 10);
        pass(10);
        assertThat(asked).isCompleted();
        assertThat(root(patient)).isEqualTo(root(asked));
    }

    @Test
    void a_batch_that_is_full_goes_without_waiting() {
        assertThat(sign(1)).isCompleted();
        CompletableFuture<List<SignedRecord>> many = sign(RecordTree.RECORDS_MAX);
        CompletableFuture<List<SignedRecord>> more = sign(1);
        assertThat(many).isCompleted();
        assertThat(more).isNotDone();
        pass(WINDOW);
        assertThat(more).isCompleted();
        assertThat(root(more)).isNotEqualTo(root(many));
    }

    @Test
    void nothing_is_signed_for_nothing() {
        assertThat(sign(0).join()).isEmpty();
        assertThat(timers).isEmpty();
    }
}
