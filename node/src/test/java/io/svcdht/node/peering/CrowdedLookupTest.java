package io.svcdht.node.peering;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One node in a network whose answers are worked out on the spot, while somebody closes in on a key. */
class CrowdedLookupTest {
    private static final int PATHS = 4;

    private final Random random = new Random(3);
    private final List<Peer> network = new ArrayList<>();
    private final Deque<PeeringAction> actions = new ArrayDeque<>();
    private final List<PeeringAction.Found> found = new ArrayList<>();
    private final List<Key> crowded = new ArrayList<>();
    private final Peering peering = new Peering(
            new NodeId(SamplePeers.key(random)), PeeringSettings.standard(), new Nothing(), random::nextLong);
    private long now = 1_000_000_000L;

    /** Holds no records. */
    private static final class Nothing implements Records {
        @Override
        public List<ProviderRecord> of(Key key, long nowNanos) {
            return List.of();
        }

        @Override
        public @Nullable Key walk(@Nullable Key after, int keys, long nowNanos, Consumer<Word> each) {
            return null;
        }

        @Override
        public int size() {
            return 0;
        }

        @Override
        public boolean stands(Word word, long nowNanos) {
            return true;
        }

        @Override
        public long millis(long nowNanos) {
            return nowNanos / 1_000_000;
        }

        @Override
        public boolean offer(ProviderRecord record, long nowNanos) {
            return false;
        }

        @Override
        public boolean valid(ProviderRecord record) {
            return true;
        }
    }

    private List<Peer> closest(Key target) {
        return network.stream()
                .sorted((a, b) -> Distance.compare(target, a.key(), b.key()))
                .limit(20)
                .toList();
    }

    private void step(PeeringInput input) {
        peering.step(now, input, actions::add);
        for (PeeringAction a = actions.poll(); a != null; a = actions.poll()) {
            if (a instanceof PeeringAction.Send(Call call) && call.open()) {
                now += 1_000_000;
                peering.step(now, new PeeringInput.Answered(call, call.to().id(), answer(call)), actions::add);
            } else if (a instanceof PeeringAction.Found f) {
                found.add(f);
            } else if (a instanceof PeeringAction.Crowded(Key target, var _)) {
                crowded.add(target);
            }
        }
    }

    private Response answer(Call call) {
        return switch (call.request()) {
            case Request.Ping p -> new Response.Pong();
            case Request.FindNode(Key target) -> new Response.Contacts(closest(target));
            case Request.FindValue(Key key) -> new Response.Values(List.of(), closest(key));
            case Request.Provide p -> new Response.Refused();
        };
    }

    private PeeringAction.Found find(Key key) {
        step(new PeeringInput.Find(1, key, Limits.standard()));
        return found.getLast();
    }

    @Test
    void what_is_not_found_where_ids_are_crowded_is_looked_for_by_more_paths_and_so_is_all_after() {
        for (int i = 0; i < 500; i++) {
            network.add(SamplePeers.at(new NodeId(SamplePeers.key(random))));
        }
        step(new PeeringInput.Join(network.subList(0, 20)));
        for (int i = 0; i < 6; i++) {
            PeeringAction.Found before = find(SamplePeers.key(random));
            assertThat(before.result().outcome()).isEqualTo(Outcome.NOT_FOUND);
            assertThat(before.lookup().limits().paths()).isOne();
        }
        assertThat(peering.hostile(now)).isFalse();

        Key victim = SamplePeers.key(random);
        for (int i = 0; i < 20; i++) {
            long first = victim.w0() & -1L << 42 | random.nextLong() >>> 22;
            network.add(SamplePeers.at(new NodeId(new Key(first, random.nextLong(), 0, 0))));
        }
        assertThat(find(victim).lookup().limits().paths()).isEqualTo(PATHS);
        assertThat(crowded).containsExactly(victim);
        assertThat(peering.hostile(now)).isTrue();
        assertThat(find(SamplePeers.key(random)).lookup().limits().paths()).isEqualTo(PATHS);

        now += Peering.HOSTILE_NANOS;
        assertThat(find(SamplePeers.key(random)).lookup().limits().paths()).isOne();
    }
}
