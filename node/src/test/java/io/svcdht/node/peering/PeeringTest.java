package io.svcdht.node.peering;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One node, led by hand: what it makes of answers it cannot trust, and of silence. */
class PeeringTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Peer SELF = SamplePeers.peer(0);
    private static final Peer FRIEND = SamplePeers.peer(0b1000_0000);

    private final List<PeeringAction> actions = new ArrayList<>();
    private final Shelf shelf = new Shelf();
    private final Peering peering = new Peering(SELF.id(), PeeringSettings.standard(), shelf, () -> 42);
    private long now = SECOND;

    /** Records in a list; the locator "bad" is a broken signature. */
    private static final class Shelf implements Records {
        final List<ProviderRecord> held = new ArrayList<>();

        @Override
        public List<ProviderRecord> of(Key key, long nowNanos) {
            return held.stream().filter(r -> r.cid().key().equals(key)).toList();
        }

        @Override
        public @Nullable Key walk(@Nullable Key after, int keys, long nowNanos, Consumer<Word> each) {
            held.forEach(r -> each.accept(new Word.Announced(r)));
            return null;
        }

        @Override
        public int size() {
            return held.size();
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
            return held.add(record);
        }

        @Override
        public boolean valid(ProviderRecord record) {
            return !record.locator().equals("bad");
        }
    }

    private static ProviderRecord record(Key key, String locator) {
        return new ProviderRecord(ContentId.of(key), SamplePeers.id(9), locator, List.of(), 600, 1);
    }

    private void step(PeeringInput input) {
        peering.step(now, input, actions::add);
        peering.table().checkInvariants();
    }

    private List<Call> calls() {
        return actions.stream()
                .filter(PeeringAction.Send.class::isInstance)
                .map(a -> ((PeeringAction.Send) a).call())
                .toList();
    }

    private Call lastCall() {
        return calls().getLast();
    }

    /** The friend is a member that answered. */
    private void meet() {
        peering.asked(FRIEND, now, actions::add);
        now += SECOND / 20;
        step(new PeeringInput.Answered(lastCall(), FRIEND.id(), new Response.Pong()));
        assertThat(peering.table().answering()).isOne();
        actions.clear();
    }

    @Test
    void who_asks_is_called_back_before_it_is_passed_on() {
        Response response = peering.answer(FRIEND.id(), new Request.FindNode(new Key(1, 1, 1, 1)), now);
        assertThat(response).isEqualTo(new Response.Contacts(List.of()));
        peering.asked(FRIEND, now, actions::add);
        assertThat(lastCall().request()).isEqualTo(new Request.Ping());
        assertThat(peering.table().answering()).isZero();
    }

    @Test
    void nobody_is_told_of_itself() {
        meet();
        assertThat(peering.answer(FRIEND.id(), new Request.FindNode(FRIEND.key()), now))
                .isEqualTo(new Response.Contacts(List.of()));
        Peer other = SamplePeers.peer(0b0100_0000);
        assertThat(peering.answer(other.id(), new Request.FindNode(FRIEND.key()), now))
                .isEqualTo(new Response.Contacts(List.of(FRIEND)));
    }

    @Test
    void replies_nobody_asked_for_are_counted_and_change_nothing() {
        meet();
        step(new PeeringInput.Find(7, new Key(5, 5, 5, 5), Limits.standard()));
        Call call = lastCall();
        step(new PeeringInput.TimedOut(call));
        actions.clear();
        step(new PeeringInput.Answered(
                call, FRIEND.id(), new Response.Values(List.of(record(new Key(5, 5, 5, 5), "x:")), List.of())));
        assertThat(peering.unaskedReplies()).isOne();
        assertThat(actions).isEmpty();
    }

    @Test
    void an_answer_under_another_id_is_a_failure_of_whom_was_asked() {
        meet();
        Key key = new Key(5, 5, 5, 5);
        step(new PeeringInput.Find(7, key, Limits.standard()));
        NodeId impostor = SamplePeers.id(77);
        step(new PeeringInput.Answered(
                lastCall(), impostor, new Response.Values(List.of(record(key, "x:")), List.of())));
        PeeringAction.Found found = (PeeringAction.Found) actions.stream()
                .filter(PeeringAction.Found.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(found.ticket()).isEqualTo(7);
        assertThat(found.result().outcome()).isEqualTo(Outcome.NO_PEERS);
        assertThat(peering.table().answering())
                .as("the friend is under suspicion")
                .isZero();
    }

    @Test
    void records_with_broken_signatures_or_of_other_keys_are_not_found_and_not_stored() {
        meet();
        Key key = new Key(5, 5, 5, 5);
        step(new PeeringInput.Find(7, key, Limits.standard()));
        List<ProviderRecord> lies = List.of(record(key, "bad"), record(new Key(6, 6, 6, 6), "x:"));
        step(new PeeringInput.Answered(lastCall(), FRIEND.id(), new Response.Values(lies, List.of())));
        PeeringAction.Found found = (PeeringAction.Found) actions.getLast();
        assertThat(found.result().outcome()).isEqualTo(Outcome.NOT_FOUND);
        assertThat(peering.answer(
                        FRIEND.id(),
                        new Request.Provide(
                                lies.stream().<Word>map(Word.Announced::new).toList()),
                        now))
                .isEqualTo(new Response.Taken(List.of(Response.Fate.REFUSED, Response.Fate.HELD)));
        assertThat(shelf.held).extracting(ProviderRecord::locator).containsExactly("x:");
    }

    @Test
    void taking_back_goes_to_every_node_a_lookup_finds_however_few_are_to_hold_a_record() {
        PeeringSettings one = PeeringSettings.standard().withReplicas(1);
        Peering publisher = new Peering(SELF.id(), one, shelf, () -> 42);
        List<Peer> members = List.of(SamplePeers.peer(1), SamplePeers.peer(2), FRIEND);
        members.forEach(m -> publisher.table().heard(m, true, 1_000_000, now));
        Key key = FRIEND.key();
        assertThat(handed(publisher, new Word.Announced(record(key, "x:")))).hasSize(1);
        assertThat(handed(publisher, new Word.Withdrawn(ContentId.of(key), "x:", 2)))
                .containsExactlyInAnyOrderElementsOf(members);
    }

    /** To whom a word is sent once the lookup for its key is through. */
    private List<Peer> handed(Peering publisher, Word word) {
        actions.clear();
        publisher.step(now, new PeeringInput.Publish(7, word), actions::add);
        List<Peer> to = new ArrayList<>();
        for (List<Call> open = calls(); !open.isEmpty(); open = calls()) {
            actions.clear();
            for (Call call : open) {
                if (call.request() instanceof Request.Provide) {
                    to.add(call.to());
                } else {
                    publisher.step(
                            now,
                            new PeeringInput.Answered(call, call.to().id(), new Response.Contacts(List.of())),
                            actions::add);
                }
            }
        }
        return to;
    }

    @Test
    void a_word_is_unpublished_until_its_last_holder_has_answered() {
        meet();
        step(new PeeringInput.Publish(7, new Word.Announced(record(new Key(5, 5, 5, 5), "x:"))));
        assertThat(peering.unpublished()).as("looked up for").isOne();
        step(new PeeringInput.Answered(lastCall(), FRIEND.id(), new Response.Contacts(List.of())));
        Call handed = lastCall();
        assertThat(handed.request()).isInstanceOf(Request.Provide.class);
        assertThat(peering.unpublished()).as("on its way").isOne();
        step(new PeeringInput.Answered(handed, FRIEND.id(), new Response.Taken(List.of(Response.Fate.HELD))));
        assertThat(peering.unpublished()).isZero();
        assertThat(actions).anyMatch(PeeringAction.Published.class::isInstance);
    }

    @Test
    void an_answer_over_an_old_connection_brings_no_old_address_back() {
        meet();
        Peer moved = new Peer(FRIEND.id(), FRIEND.contact().at(List.of(PeerAddress.parse("127.0.0.1:7777")), 0));
        step(new PeeringInput.Reached(moved));
        step(new PeeringInput.Find(7, new Key(5, 5, 5, 5), Limits.standard()));
        Call asked = lastCall();
        assertThat(asked.to()).isEqualTo(moved);
        Call atTheOldAddress = new Call(FRIEND, asked.request(), asked.purpose(), now, SECOND);
        step(new PeeringInput.Answered(atTheOldAddress, FRIEND.id(), new Response.Contacts(List.of())));
        assertThat(peering.table().find(FRIEND.id())).isEqualTo(moved);
    }

    @Test
    void three_unanswered_pings_lose_a_member() {
        meet();
        peering.step(now, new PeeringInput.Join(List.of()), actions::add);
        for (int ping = 0; ping < 200 && peering.table().size() > 0; ping++) {
            List<Call> open = calls().stream().filter(Call::open).toList();
            actions.clear();
            for (Call call : open) {
                now = Math.max(now, call.sentAtNanos() + call.timeoutNanos());
                step(new PeeringInput.TimedOut(call));
            }
            now = Math.max(now, peering.wakeAtNanos());
            step(new PeeringInput.TimePassed());
        }
        assertThat(peering.table().size()).isZero();
        assertThat(now).as("and not within the first seconds").isGreaterThan(7 * SECOND);
    }

    @Test
    void a_node_that_hears_nobody_at_all_keeps_its_table() {
        for (int i = 1; i <= 60; i++) {
            Peer peer = SamplePeers.peer(i);
            peering.table().heard(peer, true, 1_000_000, now);
        }
        peering.step(now, new PeeringInput.Join(List.of()), actions::add);
        long end = now + 600 * SECOND;
        while (now < end) {
            List<Call> open = calls().stream().filter(Call::open).toList();
            actions.clear();
            for (Call call : open) {
                now = Math.max(now, call.sentAtNanos() + call.timeoutNanos());
                step(new PeeringInput.TimedOut(call));
            }
            now = Math.max(now, Math.min(end, peering.wakeAtNanos()));
            step(new PeeringInput.TimePassed());
        }
        assertThat(peering.table().size()).as("ten minutes without a cable").isGreaterThan(40);
    }
}
