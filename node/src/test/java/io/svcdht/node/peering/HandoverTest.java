package io.svcdht.node.peering;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.peering.Call.Purpose.ForWords;
import io.svcdht.node.peering.Response.Fate;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Peer PEER = SamplePeers.peer(1);

    private final HolderBook book = new HolderBook();
    private final Timers timers = new Timers();
    private final Handover handover = new Handover(book, timers, SECOND);
    private final List<PeeringAction> actions = new ArrayList<>();

    private static Word word(long n) {
        return new Word.Announced(
                new ProviderRecord(ContentId.of(new Key(n, 0, 0, 0)), SamplePeers.id(9), "", List.of(), 600, 1));
    }

    private Holders put(long n) {
        Holders holders = new Holders(n, word(n), 0, () -> {});
        holders.asked();
        handover.put(PEER, holders.word, holders, actions::add);
        return holders;
    }

    private List<Call> sent() {
        List<Call> calls = actions.stream()
                .filter(PeeringAction.Send.class::isInstance)
                .map(a -> ((PeeringAction.Send) a).call())
                .toList();
        actions.removeIf(PeeringAction.Send.class::isInstance);
        return calls;
    }

    private static int words(Call call) {
        return ((Request.Provide) call.request()).words().size();
    }

    private void answer(Call call, Fate fate, long now) {
        List<Fate> fates = Collections.nCopies(words(call), fate);
        ForWords purpose = (ForWords) call.purpose();
        handover.answered(PEER, purpose.parcels(), new Response.Taken(fates), now, actions::add);
    }

    @Test
    void what_waits_for_a_peer_goes_in_few_messages_two_at_a_time() {
        for (int n = 0; n < 200; n++) {
            put(n);
        }
        handover.send(0, actions::add);
        List<Call> first = sent();
        assertThat(first).extracting(HandoverTest::words).containsExactly(60, 60);
        answer(first.getFirst(), Fate.HELD, 1);
        assertThat(sent()).extracting(HandoverTest::words).containsExactly(60);
        assertThat(book.holdsAlready(new Key(5, 0, 0, 0), PEER.id())).isTrue();
        assertThat(book.holdsAlready(new Key(199, 0, 0, 0), PEER.id())).isFalse();
    }

    @Test
    void who_has_no_room_is_asked_again_later_and_not_for_ever() {
        put(7);
        handover.send(0, actions::add);
        long now = 0;
        int asked = 0;
        for (List<Call> calls = sent(); !calls.isEmpty(); calls = sent()) {
            asked++;
            answer(calls.getFirst(), Fate.LATER, now);
            assertThat(sent()).as("not at once").isEmpty();
            now = Math.max(now, timers.nextNanos());
            Timers.Task due = timers.due(now);
            if (due != null) {
                due.run(now, actions::add);
            }
        }
        assertThat(asked).isEqualTo(12);
        assertThat(now).isGreaterThan(5 * SECOND);
        assertThat(actions).containsExactly(new PeeringAction.Published(7, word(7), 0));
    }

    @Test
    void a_word_that_was_refused_is_not_held_and_not_sent_again() {
        put(7);
        handover.send(0, actions::add);
        answer(sent().getFirst(), Fate.REFUSED, 0);
        assertThat(sent()).isEmpty();
        assertThat(book.holdsAlready(new Key(7, 0, 0, 0), PEER.id())).isFalse();
        assertThat(actions).containsExactly(new PeeringAction.Published(7, word(7), 0));
    }

    @Test
    void nothing_more_is_sent_to_who_does_not_answer() {
        for (int n = 0; n < 300; n++) {
            put(n);
        }
        handover.send(0, actions::add);
        Call lost = sent().getFirst();
        handover.failed(PEER, ((ForWords) lost.purpose()).parcels(), actions::add);
        assertThat(actions).as("60 were sent, 180 waited").hasSize(240);
        assertThat(sent()).isEmpty();
    }

    @Test
    void what_waits_is_bounded_and_the_rest_is_told_at_once() {
        for (int n = 0; n < Handover.WAITING_MAX; n++) {
            put(n);
        }
        assertThat(actions).isEmpty();
        put(1_000_000);
        assertThat(actions).containsExactly(new PeeringAction.Published(1_000_000, word(1_000_000), 0));
    }
}
