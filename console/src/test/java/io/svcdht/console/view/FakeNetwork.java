package io.svcdht.console.view;

import io.svcdht.node.Network;
import io.svcdht.node.kad.Sighting;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.net.Ways;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.trace.LookupRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Others that answer at once, and remember what they were asked. */
public final class FakeNetwork implements Network {
    private final List<Object> asked = new ArrayList<>();
    private Ways ways = Ways.NONE;

    /** By which ways it says it talks with whom. */
    public FakeNetwork ways(Ways all) {
        ways = all;
        return this;
    }

    /** In order: what was wanted, buckets, contacts. */
    public List<Object> asked() {
        return asked;
    }

    @Override
    public CompletionStage<Found> find(Wanted wanted) {
        asked.add(wanted);
        return CompletableFuture.completedStage(new Found(
                Origin.NETWORK,
                new LookupResult(LookupResult.Outcome.NOT_FOUND, List.of(), List.of(), 1, 3, 0, 5_000_000),
                new LookupRecord(
                        wanted.lookupId(),
                        0,
                        LookupRecord.Operation.FIND,
                        LookupRecord.Asker.UNTOLD,
                        wanted.key(),
                        wanted.text(),
                        LookupRecord.Outcome.NOT_FOUND,
                        1,
                        0,
                        0,
                        3,
                        5_000_000,
                        300_000_000,
                        List.of())));
    }

    @Override
    public CompletionStage<Found> locate(Wanted wanted) {
        return find(wanted);
    }

    @Override
    public CompletionStage<Replicas> replicas(long position, OptionalInt deadlineMillis) {
        return CompletableFuture.completedStage(Replicas.UNTOLD);
    }

    @Override
    public Optional<Handed> handed(Key key, String locator) {
        return Optional.empty();
    }

    @Override
    public CompletionStage<List<Sighting>> contacts() {
        return CompletableFuture.completedStage(List.of());
    }

    @Override
    public CompletionStage<Ways> ways(Collection<NodeId> peers, int others) {
        return CompletableFuture.completedStage(ways);
    }

    @Override
    public CompletionStage<Integer> refresh(int bucket) {
        asked.add(bucket);
        return CompletableFuture.completedStage(4);
    }

    @Override
    public CompletionStage<Pinged> ping(NodeId contact) {
        asked.add(contact);
        return CompletableFuture.completedStage(new Pinged(Pinged.Outcome.ANSWERED, 1_482_000));
    }

    @Override
    public Optional<PeerAddress> listens() {
        return Optional.empty();
    }

    @Override
    public Standing standing() {
        return new Standing(true, "3 seeds answer", 3, 3, 4, 1, 1, 3, 3, 3, 0, List.of(3), Guard.NONE);
    }
}
