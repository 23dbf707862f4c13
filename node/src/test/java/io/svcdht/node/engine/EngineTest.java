package io.svcdht.node.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.replay.Replay;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class EngineTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final NodeId SELF = new NodeId(new Key(5, 6, 7, 8));
    private static final ContentId CID = ContentId.parse("b3:short", true);
    private static final Limits NO_LIMITS = new Limits(1_000_000, 1_000, 0);

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Action> actions = new ArrayList<>();
    private State state = new State(new HeapStore());
    private Engine engine = new Engine(SELF, journal, state, NO_LIMITS);
    private long now = T0;

    private void limits(Limits limits) {
        engine = new Engine(SELF, journal, state, limits);
    }

    private List<Action> step(Input input) {
        actions.clear();
        engine.step(now, input, actions::add);
        return List.copyOf(actions);
    }

    private Outcome outcome(Input input) {
        List<Action> got = step(input);
        assertThat(got).hasSize(1);
        return ((Action.Reply) got.getFirst()).outcome();
    }

    private void ready() {
        step(new Input.Start(1, "test", now - Engine.ALONE_MILLIS));
        step(new Input.Tick());
        assertThat(engine.readiness()).isEqualTo(Readiness.READY);
    }

    private static Input.Provide provide(ContentId cid, String locator, int ttl, String... addrs) {
        return new Input.Provide(cid, locator, List.of(addrs), ttl, ReplyTo.nobody());
    }

    private static Input.Withdraw withdraw(ContentId cid, String locator) {
        return new Input.Withdraw(cid, locator, ReplyTo.nobody());
    }

    private static ContentId cid(int i) {
        return ContentId.of(new Key(i, 0, 0, 0));
    }

    private JournalEntry at(long position) {
        return Moments.entryAt(journal, position);
    }

    private JournalEntry last() {
        return at(journal.lastPosition());
    }

    private List<ProviderRecord> alive(ContentId cid) {
        return state.providers().holdersOf(cid.key()).aliveAt(now);
    }

    private void refusedWith(ErrorCode code, Input input) {
        long before = journal.lastPosition();
        assertThat(outcome(input)).isInstanceOfSatisfying(Outcome.Refused.class, r -> {
            assertThat(r.code()).isEqualTo(code);
            assertThat(r.detail()).isNotEmpty();
        });
        assertThat(journal.lastPosition()).as("a refusal is no event").isEqualTo(before);
    }

    @Test
    void a_provide_is_announced_folded_and_answered_with_its_end() {
        ready();
        Outcome answer = outcome(provide(CID, "local://a", 60, "/ip4/192.0.2.1/tcp/1"));

        assertThat(answer).isEqualTo(new Outcome.Provided(journal.lastPosition(), 60, T0 + 60_000));
        ProviderRecord r = new ProviderRecord(CID, SELF, "local://a", List.of("/ip4/192.0.2.1/tcp/1"), 60, T0);
        assertThat(last())
                .isEqualTo(new JournalEntry(journal.lastPosition(), T0, 0, new DhtEvent.ProviderAnnounced(r)));
        assertThat(alive(CID)).containsExactly(r);
    }

    @Test
    void a_batch_is_each_of_its_provides_in_order() {
        limits(new Limits(3, 1_000, 0));
        ready();
        long first = journal.lastPosition() + 1;
        Outcome answer = outcome(new Input.ProvideBatch(
                List.of(
                        provide(cid(1), "", 60),
                        provide(cid(2), "", 60),
                        provide(cid(1), "", 90),
                        provide(cid(3), "", 60),
                        provide(cid(4), "", 60),
                        provide(cid(2), "", 30)),
                ReplyTo.nobody()));
        List<Outcome> each = ((Outcome.Each) answer).outcomes();
        assertThat(each).hasSize(6);
        assertThat(each.get(0)).isEqualTo(new Outcome.Provided(first, 60, T0 + 60_000));
        assertThat(each.get(1)).isEqualTo(new Outcome.Provided(first + 1, 60, T0 + 60_000));
        assertThat(each.get(2)).isEqualTo(new Outcome.Provided(first + 2, 90, T0 + 90_000));
        assertThat(each.get(3)).isEqualTo(new Outcome.Provided(first + 3, 60, T0 + 60_000));
        assertThat(each.get(4)).isInstanceOfSatisfying(Outcome.Refused.class, r -> assertThat(r.code())
                .isEqualTo(ErrorCode.CapReached));
        assertThat(each.get(5)).isEqualTo(new Outcome.Provided(first + 4, 30, T0 + 30_000));
        assertThat(journal.lastPosition()).isEqualTo(first + 4);
    }

    @Test
    void that_a_record_reached_its_holders_is_journaled_behind_its_last_word() {
        ready();
        outcome(provide(CID, "local://a", 60));
        long first = journal.lastPosition();
        assertThat(step(replicated(CID, "local://a", T0, 8))).as("nobody waits").isEmpty();
        assertThat(last())
                .isEqualTo(new JournalEntry(first + 1, T0, first, new DhtEvent.ProviderReplicated(CID.key(), 8)));

        now += 1_000;
        outcome(provide(CID, "local://a", 60));
        step(replicated(CID, "local://a", T0, 8));
        step(replicated(CID, "local://b", now, 8));
        assertThat(journal.lastPosition())
                .as("of an older word, of none at all")
                .isEqualTo(first + 2);
        step(replicated(CID, "local://a", now, 3));
        assertThat(last().cause()).isEqualTo(first + 2);

        outcome(withdraw(CID, "local://a"));
        long withdrawn = journal.lastPosition();
        step(replicated(CID, "local://a", now, 8));
        assertThat(journal.lastPosition()).as("taken back meanwhile").isEqualTo(withdrawn);
    }

    private Outcome ban(String what, String reason) {
        return outcome(new Input.Ban(Banned.parse(what), reason, ReplyTo.nobody()));
    }

    private Outcome unban(String what) {
        return outcome(new Input.Unban(Banned.parse(what), ReplyTo.nobody()));
    }

    @Test
    void a_ban_is_journaled_once_and_takes_contacts_with_it() {
        ready();
        NodeKeys keys = NodeKeys.classical(new Key(1, 1, 1, 1));
        NodeKeys others = NodeKeys.classical(new Key(2, 2, 2, 2));
        Contact one = new Contact(keys, List.of(PeerAddress.parse("192.0.2.1:5302")), 0);
        Contact other = new Contact(others, List.of(PeerAddress.parse("198.51.100.1:5302")), 0);
        step(new Input.Routed(List.of(new DhtEvent.ContactAdded(one, true), new DhtEvent.ContactAdded(other, true))));
        long before = journal.lastPosition();

        assertThat(ban("192.0.2.0/24", "noise")).isEqualTo(new Outcome.Done(before + 1));
        assertThat(at(before + 1).event()).isEqualTo(new DhtEvent.PeerBanned(Banned.parse("192.0.2.0/24"), "noise"));
        assertThat(last())
                .isEqualTo(new JournalEntry(
                        before + 2,
                        now,
                        before + 1,
                        new DhtEvent.ContactEvicted(keys.id(), DhtEvent.EvictedFor.BANNED)));
        ban("192.0.2.0/24", "noise");
        step(new Input.Routed(List.of(new DhtEvent.ContactAdded(one, true))));
        assertThat(journal.lastPosition())
                .as("said already, and on its way when it was")
                .isEqualTo(before + 2);
        step(new Input.Routed(
                List.of(new DhtEvent.ContactReplaced(others.id(), DhtEvent.EvictedFor.SILENCE, one, false))));
        assertThat(last().event()).isEqualTo(new DhtEvent.ContactEvicted(others.id(), DhtEvent.EvictedFor.SILENCE));

        unban("192.0.2.0/24");
        assertThat(last())
                .isEqualTo(new JournalEntry(
                        before + 4, now, before + 1, new DhtEvent.PeerUnbanned(Banned.parse("192.0.2.0/24"))));
        refusedWith(ErrorCode.NotFound, new Input.Unban(Banned.parse("192.0.2.0/24"), ReplyTo.nobody()));
        refusedWith(ErrorCode.BadRequest, new Input.Ban(new Banned.Peer(SELF), "", ReplyTo.nobody()));
    }

    @Test
    void banned_content_is_not_announced() {
        ready();
        ban(CID.text(), "");
        refusedWith(ErrorCode.Forbidden, provide(CID, "", 60));
        unban(CID.text());
        assertThat(outcome(provide(CID, "", 60))).isInstanceOf(Outcome.Provided.class);
    }

    private static Input.Replicated replicated(ContentId cid, String locator, long issuedAt, int holders) {
        return new Input.Replicated(List.of(new Input.Replicated.Reached(cid.key(), locator, issuedAt, holders)));
    }

    @Test
    void the_same_again_is_a_refresh_by_reference() {
        ready();
        outcome(provide(CID, "local://a", 60));
        long first = journal.lastPosition();
        now += 10_000;
        assertThat(outcome(provide(CID, "local://a", 600)))
                .isEqualTo(new Outcome.Provided(first + 1, 600, now + 600_000));
        assertThat(last())
                .isEqualTo(
                        new JournalEntry(first + 1, now, first, new DhtEvent.ProviderRefreshed(CID.key(), 600, now)));
        now += 10_000;
        outcome(provide(CID, "local://a", 30));
        assertThat(last().cause()).as("the last word, not the first").isEqualTo(first + 1);
        assertThat(state.providers().records()).isEqualTo(1);
    }

    @Test
    void other_addresses_or_another_text_are_announced_anew_with_their_cause() {
        ready();
        outcome(provide(CID, "local://a", 60, "x"));
        long first = journal.lastPosition();
        outcome(provide(CID, "local://a", 60, "y"));
        assertThat(last().event()).isInstanceOf(DhtEvent.ProviderAnnounced.class);
        assertThat(last().cause()).isEqualTo(first);
        outcome(provide(new ContentId("another text", CID.key()), "local://a", 60, "y"));
        assertThat(last().event()).isInstanceOf(DhtEvent.ProviderAnnounced.class);
        assertThat(state.providers().records()).isEqualTo(1);
        outcome(provide(CID, "local://b", 60, "y"));
        assertThat(last().cause()).isZero();
        assertThat(state.providers().records()).isEqualTo(2);
    }

    @Test
    void a_withdrawal_leaves_a_tombstone_until_the_old_end_and_five_minutes() {
        ready();
        outcome(provide(CID, "", 60));
        long first = journal.lastPosition();
        now += 1_000;
        assertThat(outcome(withdraw(CID, ""))).isEqualTo(new Outcome.Withdrawn(first + 1));
        assertThat(last())
                .isEqualTo(new JournalEntry(
                        first + 1, now, first, new DhtEvent.ProviderWithdrawn(CID.key(), now, T0 + 60_000 + 300_000)));
        assertThat(alive(CID)).isEmpty();
        assertThat(state.providers().tombstones()).isEqualTo(1);
        refusedWith(ErrorCode.NotFound, withdraw(CID, ""));

        now = T0 + 359_999;
        step(new Input.Tick());
        assertThat(state.providers().tombstones()).isEqualTo(1);
        now = T0 + 360_000;
        step(new Input.Tick());
        assertThat(state.providers().tombstones()).isZero();
        assertThat(last())
                .isEqualTo(new JournalEntry(first + 2, now, first + 1, new DhtEvent.ProviderExpired(CID.key())));
    }

    @Test
    void a_withdrawal_is_issued_later_than_what_it_takes_back() {
        ready();
        outcome(provide(CID, "", 60));
        outcome(withdraw(CID, ""));

        assertThat(last().event())
                .isInstanceOfSatisfying(DhtEvent.ProviderWithdrawn.class, e -> assertThat(e.issuedAtMillis())
                        .isEqualTo(T0 + 1));
    }

    @Test
    void what_was_withdrawn_can_be_provided_again() {
        ready();
        outcome(provide(CID, "", 60));
        outcome(withdraw(CID, ""));
        long tombstone = journal.lastPosition();
        now += 5_000;
        outcome(provide(CID, "", 60));

        assertThat(last().event()).isInstanceOf(DhtEvent.ProviderAnnounced.class);
        assertThat(last().cause()).isEqualTo(tombstone);
        assertThat(alive(CID)).hasSize(1);
        assertThat(state.providers().tombstones()).isZero();
    }

    @Test
    void withdrawing_what_is_not_there_is_not_found() {
        ready();
        refusedWith(ErrorCode.NotFound, withdraw(CID, ""));
        outcome(provide(CID, "a", 60));
        refusedWith(ErrorCode.NotFound, withdraw(CID, "b"));
    }

    @Test
    void a_full_node_takes_refreshes_but_nothing_new() {
        limits(new Limits(3, 1_000, 0));
        ready();
        for (int i = 0; i < 3; i++) {
            outcome(provide(cid(i), "", 60));
        }
        refusedWith(ErrorCode.CapReached, provide(cid(3), "", 60));
        assertThat(outcome(provide(cid(0), "", 600))).isInstanceOf(Outcome.Provided.class);
        assertThat(outcome(provide(cid(0), "", 600, "new address"))).isInstanceOf(Outcome.Provided.class);
        outcome(withdraw(cid(1), ""));
        // Otherwise withdrawing and providing in turns would fill the node beyond its cap.
        refusedWith(ErrorCode.CapReached, provide(cid(3), "", 60));
        assertThat(outcome(provide(cid(1), "", 60)))
                .as("in the room of its own tombstone")
                .isInstanceOf(Outcome.Provided.class);
        assertThat(state.providers().records()).isEqualTo(3);
    }

    @Test
    void a_large_record_takes_the_room_of_several() {
        limits(new Limits(10, 1_000, 0));
        ready();
        String large = "x".repeat(512);
        assertThat(outcome(provide(cid(0), large, 60, large, large, large, large)))
                .isInstanceOf(Outcome.Provided.class);
        assertThat(state.providers().weight()).isEqualTo(6);
        refusedWith(ErrorCode.CapReached, provide(cid(1), large, 60, large, large, large, large));
        assertThat(outcome(provide(cid(1), "small", 60))).isInstanceOf(Outcome.Provided.class);
        refusedWith(ErrorCode.CapReached, provide(cid(1), "small", 60, large, large, large, large));
    }

    @Test
    void a_full_content_id_takes_refreshes_but_no_other_provider() {
        limits(new Limits(1_000, 2, 0));
        ready();
        outcome(provide(CID, "a", 60));
        outcome(provide(CID, "b", 60));
        refusedWith(ErrorCode.CapReached, provide(CID, "c", 60));
        assertThat(outcome(provide(CID, "a", 60))).isInstanceOf(Outcome.Provided.class);
        assertThat(outcome(provide(cid(1), "c", 60))).isInstanceOf(Outcome.Provided.class);
    }

    @Test
    void records_expire_by_events_at_their_exact_end() {
        ready();
        outcome(provide(cid(1), "", 2));
        long one = journal.lastPosition();
        outcome(provide(cid(2), "", 1));
        long two = journal.lastPosition();
        now = T0 + 999;
        assertThat(step(new Input.Tick())).isEmpty();
        assertThat(journal.lastPosition()).isEqualTo(two);

        now = T0 + 1_000;
        step(new Input.Tick());
        assertThat(last())
                .isEqualTo(new JournalEntry(two + 1, T0 + 1_000, two, new DhtEvent.ProviderExpired(cid(2).key())));
        now = T0 + 2_017;
        step(new Input.Tick());
        assertThat(last())
                .isEqualTo(new JournalEntry(two + 2, T0 + 2_017, one, new DhtEvent.ProviderExpired(cid(1).key())));
        assertThat(state.providers().contentIds()).isZero();
    }

    @Test
    void a_find_does_not_show_what_ran_out_before_the_tick_came() {
        ready();
        outcome(provide(CID, "", 2));
        now += 2_000;
        assertThat(alive(CID)).isEmpty();
    }

    @Test
    void providing_what_just_ran_out_expires_it_first() {
        ready();
        outcome(provide(CID, "", 2));
        long first = journal.lastPosition();
        now += 2_000;
        outcome(provide(CID, "", 2));

        assertThat(at(first + 1))
                .isEqualTo(new JournalEntry(first + 1, now, first, new DhtEvent.ProviderExpired(CID.key())));
        assertThat(at(first + 2).event()).isInstanceOf(DhtEvent.ProviderAnnounced.class);
        assertThat(at(first + 2).cause()).isZero();
    }

    @Test
    void one_tick_expires_a_bounded_number_and_the_next_goes_on() {
        ready();
        int records = Engine.EXPIRIES_PER_TICK + 100;
        for (int i = 0; i < records; i++) {
            outcome(provide(cid(i), "", 1));
        }
        now += 5_000;
        step(new Input.Tick());
        assertThat(state.providers().records()).isEqualTo(100);
        step(new Input.Tick());
        assertThat(state.providers().records()).isZero();
    }

    @Test
    void what_ran_out_while_down_expires_by_events_before_ready() {
        ready();
        int records = Engine.EXPIRIES_PER_TICK * 2 + 7;
        for (int i = 0; i < records; i++) {
            outcome(provide(cid(i), "", 60));
        }
        long before = journal.lastPosition();
        state = Replay.toEnd(journal, Budget.UNLIMITED);
        engine = new Engine(SELF, journal, state, NO_LIMITS);
        now += 100 * 3_600_000L;
        step(new Input.Start(2, "test", now - 10_000));

        List<Readiness> turned = new ArrayList<>();
        for (int ticks = 0; turned.isEmpty(); ticks++) {
            assertThat(ticks).isLessThan(10);
            refusedWith(ErrorCode.NotReady, provide(CID, "", 60));
            step(new Input.Tick()).forEach(a -> turned.add(((Action.TurnReadiness) a).readiness()));
        }
        assertThat(turned).containsExactly(Readiness.READY);
        assertThat(state.providers().records()).isZero();
        assertThat(last().event()).isInstanceOf(DhtEvent.ReadinessChanged.class);
        assertThat(last().position()).isEqualTo(before + 1 + records + 1);
        for (long p = before + 2; p < last().position(); p++) {
            assertThat(at(p).event()).isInstanceOf(DhtEvent.ProviderExpired.class);
            assertThat(at(p).instantMillis()).isEqualTo(now);
        }
    }

    @Test
    void nothing_is_taken_before_ready_and_after_stop() {
        step(new Input.Start(1, "test", now));
        refusedWith(ErrorCode.NotReady, provide(CID, "", 60));
        refusedWith(ErrorCode.NotReady, withdraw(CID, ""));
        now += Engine.ALONE_MILLIS - 1;
        assertThat(step(new Input.Tick())).isEmpty();
        now += 1;
        assertThat(step(new Input.Tick())).hasSize(1);
        assertThat(outcome(provide(CID, "", 60))).isInstanceOf(Outcome.Provided.class);

        assertThat(outcome(new Input.Stop("asked to", ReplyTo.nobody()))).isInstanceOf(Outcome.Done.class);
        assertThat(last().event()).isEqualTo(new DhtEvent.NodeStopped("asked to"));
        refusedWith(ErrorCode.NotReady, provide(CID, "", 60));
    }

    @Test
    void every_digest_mark_can_be_derived_again() {
        limits(new Limits(1_000_000, 1_000, 10));
        ready();
        Random random = new Random(42);
        for (int i = 0; i < 2_000; i++) {
            now += random.nextInt(1_000);
            switch (random.nextInt(4)) {
                case 0 -> step(new Input.Tick());
                case 1 -> step(withdraw(cid(random.nextInt(50)), ""));
                default -> step(provide(cid(random.nextInt(50)), "", 1 + random.nextInt(60)));
            }
        }
        int marks = 0;
        try (JournalReader all = journal.readAll()) {
            for (JournalEntry e = all.next(); e != null; e = all.next()) {
                if (e.event() instanceof DhtEvent.DigestMarked(long upTo, Key digest)) {
                    marks++;
                    assertThat(upTo % 10).isZero();
                    assertThat(e.cause()).isEqualTo(upTo);
                    assertThat(Replay.to(journal, upTo, Budget.UNLIMITED).digest())
                            .as("seed 42, mark of position %d", upTo)
                            .isEqualTo(digest);
                }
            }
        }
        assertThat(marks).isGreaterThan(100);
    }

    @Test
    void a_step_of_the_clock_is_an_event_and_expires_nothing() {
        ready();
        outcome(provide(CID, "", 60));
        step(new Input.ClockStep(7_200_000));

        assertThat(last().event()).isEqualTo(new DhtEvent.ClockStepped(7_200_000));
        step(new Input.Tick());
        assertThat(alive(CID)).hasSize(1);
    }

    @Test
    void a_start_before_the_last_event_says_by_how_much_the_clock_was_set_back() {
        ready();
        outcome(provide(CID, "", 60));
        now -= 3_600_000;
        step(new Input.Start(2, "test", now));

        assertThat(last().event()).isEqualTo(new DhtEvent.ClockStepped(-3_600_000));
        assertThat(at(last().position() - 1).event()).isEqualTo(new DhtEvent.NodeStarted(SELF, 2, "test"));
        assertThat(state.providers().records()).isEqualTo(1);
    }

    @Test
    void a_refresh_after_the_clock_went_back_is_not_issued_before_what_it_renews() {
        ready();
        outcome(provide(CID, "", 60));
        now -= 30_000;
        assertThat(outcome(provide(CID, "", 60)))
                .isEqualTo(new Outcome.Provided(journal.lastPosition(), 60, T0 + 60_000));
    }

    @Test
    void changed_settings_are_events_and_hold_at_once() {
        ready();
        Outcome answer = outcome(new Input.Reconfigure(
                List.of(
                        new Input.Reconfigure.Change("max_records", "1000000", "0", "flag"),
                        new Input.Reconfigure.Change("ttl_secs", "600", "60", "flag")),
                new Limits(0, 1, 0),
                ReplyTo.nobody()));

        assertThat(answer).isEqualTo(new Outcome.Done(journal.lastPosition()));
        assertThat(last().event()).isEqualTo(new DhtEvent.ConfigChanged("ttl_secs", "600", "60", "flag"));
        refusedWith(ErrorCode.CapReached, provide(CID, "", 60));
    }

    @Test
    void a_journal_that_takes_no_more_ends_the_step() {
        ready();
        journal.close();
        assertThatThrownBy(() -> step(provide(CID, "", 60))).isInstanceOf(JournalUnavailable.class);
        assertThat(actions).isEmpty();
        assertThat(alive(CID)).as("what was not appended is not folded").isEmpty();
    }

    @Test
    void a_state_that_is_not_the_journals_is_refused() {
        journal.append(T0, 0, new DhtEvent.NodeStopped("x"));
        assertThatThrownBy(() -> new Engine(SELF, journal, new State(new HeapStore()), NO_LIMITS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A ring in memory whose room the test decides. */
    private static final class RoomJournal implements Journal {
        private final MemoryJournal memory;
        private Room room = Room.ENOUGH;

        RoomJournal(MemoryJournal memory) {
            this.memory = memory;
        }

        @Override
        public Room room(long instantMillis) {
            return room;
        }

        @Override
        public long append(long instantMillis, long cause, DhtEvent event) {
            assertThat(room).as("room for %s", event).isNotInstanceOf(Room.Nothing.class);
            return memory.append(instantMillis, cause, event);
        }

        @Override
        public CompletionStage<Long> durable(long position) {
            return memory.durable(position);
        }

        @Override
        public long epoch() {
            return memory.epoch();
        }

        @Override
        public long bytes() {
            return memory.bytes();
        }

        @Override
        public long firstPosition() {
            return memory.firstPosition();
        }

        @Override
        public long lastPosition() {
            return memory.lastPosition();
        }

        @Override
        public Read read(long from) {
            return memory.read(from);
        }

        @Override
        public Read readBehind(Seam seam) {
            return memory.readBehind(seam);
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private RoomJournal roomJournal() {
        RoomJournal limited = new RoomJournal(journal);
        engine = new Engine(SELF, limited, state, NO_LIMITS);
        return limited;
    }

    @Test
    void what_the_node_did_for_its_journal_is_told_while_anything_can_be_appended() {
        RoomJournal limited = roomJournal();
        ready();
        DhtEvent.Upkeep pruned = new DhtEvent.JournalPruned(1, 1, 1);
        limited.room = new Room.Tight("nearly full");
        assertThat(outcome(new Input.Kept(pruned, ReplyTo.nobody())))
                .isEqualTo(new Outcome.Done(journal.lastPosition()));
        assertThat(last().event()).isEqualTo(pruned);
        limited.room = new Room.Nothing("full");
        refusedWith(ErrorCode.JournalUnavailable, new Input.Kept(pruned, ReplyTo.nobody()));
    }

    @Test
    void where_room_is_tight_writes_are_refused_and_only_the_node_itself_is_journaled() {
        RoomJournal limited = roomJournal();
        ready();
        outcome(provide(CID, "local://a", 60));
        limited.room = new Room.Tight("nearly full");
        refusedWith(ErrorCode.JournalUnavailable, provide(CID, "local://a", 600));
        refusedWith(ErrorCode.JournalUnavailable, withdraw(CID, "local://a"));
        assertThat(step(new Input.Tick())).containsExactly(new Action.TurnReadiness(Readiness.DEGRADED, "nearly full"));
        assertThat(last().event()).isEqualTo(new DhtEvent.ReadinessChanged(Readiness.DEGRADED, "nearly full"));
        long before = journal.lastPosition();
        assertThat(step(new Input.Tick())).isEmpty();
        assertThat(journal.lastPosition()).as("said once").isEqualTo(before);
        assertThat(alive(CID)).as("reads go on").hasSize(1);
    }

    @Test
    void expiry_waits_for_room_and_comes_before_the_node_is_ready_again() {
        RoomJournal limited = roomJournal();
        ready();
        for (int i = 0; i <= Engine.EXPIRIES_PER_TICK; i++) {
            outcome(provide(cid(i), "local://a", 60));
        }
        limited.room = new Room.Tight("nearly full");
        step(new Input.Tick());
        now += 61_000;
        long before = journal.lastPosition();
        step(new Input.Tick());
        assertThat(journal.lastPosition())
                .as("nothing expires into a full disk")
                .isEqualTo(before);
        assertThat(alive(cid(1))).as("and nobody is told of what has run out").isEmpty();

        limited.room = Room.ENOUGH;
        step(new Input.Tick());
        assertThat(engine.readiness()).isEqualTo(Readiness.DEGRADED);
        refusedWith(ErrorCode.NotReady, provide(CID, "local://a", 600));
        step(new Input.Tick());
        assertThat(state.providers().records()).isZero();
        assertThat(engine.readiness()).isEqualTo(Readiness.READY);
        assertThat(outcome(provide(CID, "local://a", 600))).isInstanceOf(Outcome.Provided.class);
    }

    @Test
    void without_any_room_nothing_is_appended_and_the_start_is_journaled_later() {
        RoomJournal limited = roomJournal();
        limited.room = new Room.Nothing("full");
        step(new Input.Start(7, "test", now - Engine.ALONE_MILLIS));
        assertThat(step(new Input.Tick())).containsExactly(new Action.TurnReadiness(Readiness.DEGRADED, "full"));
        refusedWith(ErrorCode.JournalUnavailable, provide(CID, "local://a", 60));
        step(new Input.ClockStep(10_000));
        assertThat(outcome(new Input.Reconfigure(List.of(), NO_LIMITS, ReplyTo.nobody())))
                .isInstanceOf(Outcome.Refused.class);
        assertThat(journal.lastPosition()).isZero();

        limited.room = Room.ENOUGH;
        step(new Input.Tick());
        assertThat(at(1).event()).isEqualTo(new DhtEvent.NodeStarted(SELF, 7, "test"));
        assertThat(engine.readiness()).isEqualTo(Readiness.READY);
        limited.room = new Room.Nothing("full");
        assertThat(outcome(new Input.Stop("asked to", ReplyTo.nobody())))
                .isEqualTo(new Outcome.Refused(ErrorCode.JournalUnavailable, "full"));
    }
}
