package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.Peering;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.node.peering.Records;
import io.svcdht.node.peering.Word;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LegsTest {
    private static final long NOW = 1_000_000_000L;

    private final Peering peering =
            new Peering(SamplePeers.peer(0).id(), PeeringSettings.standard(), new Empty(), () -> 42);
    private final List<Call> sent = new ArrayList<>();
    private final List<Call> turnedAway = new ArrayList<>();
    private final Legs legs = new Legs(2, sent::add, turnedAway::add);

    /** A node that holds nothing. */
    private static final class Empty implements Records {
        @Override
        public List<ProviderRecord> of(Key key, long nowNanos) {
            return List.of();
        }

        @Override
        public Key walk(Key after, int keys, long nowNanos, Consumer<Word> each) {
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
        public boolean offer(ProviderRecord record, long nowNanos) {
            return false;
        }

        @Override
        public boolean valid(ProviderRecord record) {
            return true;
        }

        @Override
        public long millis(long nowNanos) {
            return 0;
        }
    }

    LegsTest() {
        for (int i = 1; i <= 3; i++) {
            Peer peer = SamplePeers.peer(i);
            peering.table().heard(peer, true, 1_000_000, NOW);
        }
    }

    private List<Call> calls(PeeringInput input) {
        List<Call> calls = new ArrayList<>();
        peering.step(NOW, input, action -> {
            if (action instanceof PeeringAction.Send(Call call)) {
                calls.add(call);
            }
        });
        return calls;
    }

    private List<Call> find(long ticket) {
        return calls(new PeeringInput.Find(ticket, new Key(ticket, 5, 5, 5), Limits.standard()));
    }

    @Test
    void so_many_are_under_way_and_those_somebody_waits_for_go_first() {
        List<Call> nobodys = calls(new PeeringInput.Join(List.of()));
        List<Call> somebodys = find(7);
        assertThat(nobodys).hasSize(3);
        assertThat(somebodys).hasSize(3);
        nobodys.forEach(legs::ask);
        somebodys.forEach(legs::ask);
        assertThat(sent).containsExactly(nobodys.get(0), nobodys.get(1));

        for (int i = 0; i < 6; i++) {
            assertThat(sent).hasSize(Math.min(6, 2 + i));
            legs.ended();
        }
        assertThat(sent)
                .containsExactly(
                        nobodys.get(0),
                        nobodys.get(1),
                        somebodys.get(0),
                        somebodys.get(1),
                        somebodys.get(2),
                        nobodys.get(2));
        assertThat(turnedAway).isEmpty();
    }

    @Test
    void what_was_given_up_while_it_waited_is_not_sent() {
        List<Call> first = find(7);
        List<Call> second = find(8);
        first.forEach(legs::ask);
        second.forEach(legs::ask);
        calls(new PeeringInput.TimedOut(first.get(2)));
        calls(new PeeringInput.TimedOut(second.get(0)));

        legs.ended();
        assertThat(sent).containsExactly(first.get(0), first.get(1), second.get(1));
    }

    @Test
    void there_is_an_end_to_waiting() {
        for (long ticket = 1; turnedAway.isEmpty(); ticket++) {
            find(ticket).forEach(legs::ask);
        }
        assertThat(sent).hasSize(2);
        for (int i = 0; i < 2 + Legs.WAITING_MAX; i++) {
            legs.ended();
        }
        assertThat(sent).hasSize(2 + Legs.WAITING_MAX);
    }
}
