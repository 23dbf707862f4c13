package io.svcdht.node.engine;

import io.svcdht.node.engine.Action.Reply;
import io.svcdht.node.engine.Action.TurnReadiness;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.trust.RecordRules;
import io.svcdht.node.trust.RootProof;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.ClockStepped;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.NodeStopped;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderReplicated;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The single writer. Every input goes through {@link #step}: decide → append the events → fold them → hand out
 * actions. Time is a parameter; the caller sees to durability before it carries out what it was handed.
 *
 * <pre>
 * BOOTING  ── nothing left to expire, and the network is ready or there is none for 300 ms ──▶ READY
 * READY    ── the journal's medium is short of room, or the network is degraded            ──▶ DEGRADED
 * DEGRADED ── room again, the network ready, and nothing left to expire                    ──▶ READY
 * </pre>
 *
 * Unless READY, writes are refused and reads go on. Where room is tight, only what the node says about itself is
 * appended; expiry waits, and finds look at the time anyway.
 */
public final class Engine {
    /** Records expired by one tick, so that a flood of expiries holds up nobody. */
    static final int EXPIRIES_PER_TICK = 4096;
    /** Records of a batch whose content ids are fetched from memory together. */
    private static final int FORESEEN = 64;
    /** How long a node without seeds waits for company. */
    static final long ALONE_MILLIS = 300;
    /** A difference between the clocks worth an event. */
    public static final long CLOCK_STEP_MILLIS = 5_000;

    private final NodeId self;
    private final Journal journal;
    private final State state;
    private final RootKeeping rootKeeping;
    private Limits limits;
    private Readiness readiness = Readiness.BOOTING;
    private long beganAtMillis;
    private boolean stopped;
    /** Whether the journal's medium was short of room when last not ready. */
    private boolean shortOfRoom;

    /** Where the bans of this run stand, by what is banned. */
    private final Map<String, Long> bannedAt = new HashMap<>();

    private Room room = Room.ENOUGH;
    /** The start that could not be journaled yet. */
    private Input.@Nullable Start unsaid;
    /** How we stand among others, null where there is no network. */
    private Input.@Nullable Surroundings around;

    /**
     * @param state the fold of all that is in the journal
     */
    public Engine(NodeId self, Journal journal, State state, Limits limits) {
        if (state.position() != journal.lastPosition()) {
            throw new IllegalArgumentException("the state stands at position %d, the journal at %d"
                    .formatted(state.position(), journal.lastPosition()));
        }
        this.self = self;
        this.journal = journal;
        this.state = state;
        this.rootKeeping = new RootKeeping(state.roots());
        this.limits = limits;
    }

    public Readiness readiness() {
        return readiness;
    }

    /**
     * Takes one input.
     *
     * @throws io.svcdht.storage.journal.JournalUnavailable if an event could not be appended; the engine is then
     *     finished, for what is on the medium is no longer known
     */
    public void step(long nowMillis, Input input, Consumer<Action> actions) {
        room = journal.room(nowMillis);
        switch (input) {
            case Input.Provide p -> actions.accept(new Reply(p.replyTo(), provide(nowMillis, p, actions)));
            case Input.ProvideBatch b -> actions.accept(new Reply(b.replyTo(), provideEach(nowMillis, b, actions)));
            case Input.Withdraw w -> actions.accept(new Reply(w.replyTo(), withdraw(nowMillis, w, actions)));
            case Input.Hold h -> actions.accept(new Reply(h.replyTo(), holdEach(nowMillis, h)));
            case Input.Routed r -> routed(nowMillis, r);
            case Input.Replicated r -> replicated(nowMillis, r);
            case Input.Ban b -> actions.accept(new Reply(b.replyTo(), ban(nowMillis, b)));
            case Input.Unban u -> actions.accept(new Reply(u.replyTo(), unban(nowMillis, u)));
            case Input.Surroundings s -> surrounded(nowMillis, s, actions);
            case Input.Tick t -> tick(nowMillis, actions);
            case Input.Start s -> start(nowMillis, s);
            case Input.Stop s -> actions.accept(new Reply(s.replyTo(), stop(nowMillis, s)));
            case Input.ClockStep c -> {
                if (!(room instanceof Room.Nothing)) {
                    append(nowMillis, 0, new ClockStepped(c.deltaMillis()));
                }
            }
            case Input.Kept k -> actions.accept(new Reply(k.replyTo(), kept(nowMillis, k)));
            case Input.Force f -> actions.accept(new Reply(f.replyTo(), new Outcome.Forced(state.position())));
            case Input.Reconfigure r -> actions.accept(new Reply(r.replyTo(), reconfigure(nowMillis, r)));
        }
    }

    private void start(long nowMillis, Input.Start s) {
        beganAtMillis = s.beganAtMillis();
        if (s.networked() && around == null) {
            around = new Input.Surroundings(Readiness.BOOTING, "meeting others");
        }
        if (room instanceof Room.Nothing) {
            unsaid = s;
            return;
        }
        unsaid = null;
        long last = state.instantMillis();
        append(nowMillis, 0, new NodeStarted(self, s.epoch(), s.version()));
        if (last - nowMillis > CLOCK_STEP_MILLIS) {
            append(nowMillis, 0, new ClockStepped(nowMillis - last));
        }
    }

    private Outcome stop(long nowMillis, Input.Stop s) {
        readiness = Readiness.BOOTING;
        stopped = true;
        return room instanceof Room.Nothing(String why)
                ? new Outcome.Refused(ErrorCode.JournalUnavailable, why)
                : new Outcome.Done(append(nowMillis, 0, new NodeStopped(s.reason())));
    }

    /** What the node says about its own files: it helps most where room is short. */
    private Outcome kept(long nowMillis, Input.Kept k) {
        return room instanceof Room.Nothing(String why)
                ? new Outcome.Refused(ErrorCode.JournalUnavailable, why)
                : new Outcome.Done(append(nowMillis, 0, k.event()));
    }

    private void surrounded(long nowMillis, Input.Surroundings s, Consumer<Action> actions) {
        around = s;
        if (s.readiness() == Readiness.DEGRADED && readiness == Readiness.READY) {
            degrade(nowMillis, s.reason(), !(room instanceof Room.Nothing), actions);
        }
    }

    private void routed(long nowMillis, Input.Routed r) {
        if (room instanceof Room.Enough && !stopped) {
            for (DhtEvent.RoutingEvent e : r.events()) {
                DhtEvent.RoutingEvent admitted =
                        Bans.admitted(e, state.routing().denied());
                if (admitted != null) {
                    append(nowMillis, 0, admitted);
                }
            }
        }
    }

    /** Why nothing can be changed by hand now, null where it can: that helps most where a node is not ready. */
    private Outcome.@Nullable Refused deaf() {
        if (stopped) {
            return new Outcome.Refused(ErrorCode.NotReady, "this node has stopped");
        }
        return room instanceof Room.Nothing(String why) ? new Outcome.Refused(ErrorCode.JournalUnavailable, why) : null;
    }

    private Outcome ban(long nowMillis, Input.Ban b) {
        Outcome.Refused deaf = deaf();
        Outcome.Refused refused = deaf != null ? deaf : Bans.refuses(state.routing(), self, b.what());
        if (refused != null) {
            return refused;
        }
        Optional<Routing.Ban> old = state.routing().ban(b.what());
        if (old.isPresent() && old.get().reason().equals(b.reason())) {
            return new Outcome.Done(state.position());
        }
        long position = append(nowMillis, 0, new PeerBanned(b.what(), b.reason()));
        bannedAt.put(b.what().text(), position);
        for (Routing.Known known : state.routing().contacts()) {
            if (state.routing().denied().refuses(known.contact())) {
                append(nowMillis, position, new ContactEvicted(known.contact().id(), EvictedFor.BANNED));
            }
        }
        return new Outcome.Done(position);
    }

    private Outcome unban(long nowMillis, Input.Unban u) {
        Outcome.Refused deaf = deaf();
        if (deaf != null) {
            return deaf;
        }
        if (!state.routing().isBanned(u.what())) {
            return new Outcome.Refused(ErrorCode.NotFound, u.what().text() + " is not banned");
        }
        Long cause = bannedAt.remove(u.what().text());
        return new Outcome.Done(append(nowMillis, cause == null ? 0 : cause, new PeerUnbanned(u.what())));
    }

    private void replicated(long nowMillis, Input.Replicated r) {
        if (!(room instanceof Room.Enough) || stopped) {
            return;
        }
        for (Input.Replicated.Reached reached : r.words()) {
            StoredRecord held = state.providers().record(reached.key(), self, reached.locator());
            if (held != null && held.aliveAt(nowMillis) && held.record().issuedAtMillis() == reached.issuedAtMillis()) {
                int holders = Math.min(reached.holders(), ProviderReplicated.HOLDERS_MAX);
                append(nowMillis, held.position(), new ProviderReplicated(reached.key(), holders));
            }
        }
    }

    private Outcome holdEach(long nowMillis, Input.Hold h) {
        List<Outcome> outcomes = new ArrayList<>(h.words().size());
        for (SignedRecord word : h.words()) {
            outcomes.add(hold(nowMillis, word, h.roots()));
        }
        return new Outcome.Each(outcomes);
    }

    private Outcome hold(long nowMillis, SignedRecord word, Map<Key, RootProof> roots) {
        Outcome.Refused closed = closed();
        if (closed != null) {
            return closed;
        }
        Key key = word.cid().key();
        Outcome.Refused banned = Bans.refuses(state.routing(), key);
        if (banned != null) {
            return banned;
        }
        StoredRecord old = currentRecord(nowMillis, key, word.publisher().id(), word.locator());
        if (old != null
                && old.tombstone() == word.withdrawal()
                && old.record().issuedAtMillis() == word.issuedAtMillis()) {
            return new Outcome.Held(old.position());
        }
        return switch (RecordRules.apply(word, old)) {
            case io.svcdht.node.trust.Outcome.Refused<RecordRules.Change>(Refusal why, String detail) ->
                new Outcome.Refused(why.code(), detail);
            case io.svcdht.node.trust.Outcome.Accepted<RecordRules.Change>(RecordRules.Change change) -> {
                Outcome.Refused full =
                        change.event() instanceof ProviderAnnounced a ? capReached(old, a.record()) : null;
                if (full == null && change.event() instanceof ProviderAnnounced a) {
                    rootKeeping.before(a.record(), roots, e -> append(nowMillis, 0, e));
                }
                yield full != null ? full : new Outcome.Held(append(nowMillis, change.cause(), change.event()));
            }
        };
    }

    private Outcome provide(long nowMillis, Input.Provide p, Consumer<Action> actions) {
        Outcome.Refused closed = closed();
        if (closed != null) {
            return closed;
        }
        Key key = p.cid().key();
        Outcome.Refused banned = Bans.refuses(state.routing(), key);
        if (banned != null) {
            return banned;
        }
        StoredRecord old = currentRecord(nowMillis, key, self, p.locator());
        long issuedAt = old == null ? nowMillis : Math.max(nowMillis, earliest(old));
        ProviderRecord record = new ProviderRecord(p.cid(), self, p.locator(), p.addrs(), p.ttlSeconds(), issuedAt);
        DhtEvent event;
        if (old != null && sameContent(old, p)) {
            event = new ProviderRefreshed(key, p.ttlSeconds(), issuedAt);
        } else {
            Outcome.Refused full = capReached(old, record);
            if (full != null) {
                return full;
            }
            event = new ProviderAnnounced(record);
        }
        long position = append(nowMillis, old == null ? 0 : old.position(), event);
        if (around != null) {
            actions.accept(new Action.Announce(record, position));
        }
        return new Outcome.Provided(position, p.ttlSeconds(), issuedAt + p.ttlSeconds() * 1000L);
    }

    private Outcome provideEach(long nowMillis, Input.ProvideBatch batch, Consumer<Action> actions) {
        List<Outcome> outcomes = new ArrayList<>(batch.records().size());
        for (Input.Provide p : batch.records()) {
            if (outcomes.size() % FORESEEN == 0) {
                Key[] next = batch.keys(outcomes.size(), FORESEEN);
                state.foresee(next, next.length);
            }
            outcomes.add(provide(nowMillis, p, actions));
        }
        return new Outcome.Each(outcomes);
    }

    /** A tombstone takes its room until it is forgotten, so taking its record up again takes no more. */
    private Outcome.@Nullable Refused capReached(@Nullable StoredRecord old, ProviderRecord record) {
        int more = record.weight() - (old == null ? 0 : old.record().weight());
        if (more > 0 && state.providers().weight() + rootKeeping.weight() + more > limits.maxRecords()) {
            return new Outcome.Refused(
                    ErrorCode.CapReached,
                    "this node has room for max_records=%d records of up to 1 KiB; larger ones count as several"
                            .formatted(limits.maxRecords()));
        }
        if (old == null && state.providers().holders(record.cid().key()) >= limits.maxProvidersPerCid()) {
            return new Outcome.Refused(
                    ErrorCode.CapReached,
                    "this content id has max_providers_per_cid=%d providers already"
                            .formatted(limits.maxProvidersPerCid()));
        }
        return null;
    }

    private Outcome withdraw(long nowMillis, Input.Withdraw w, Consumer<Action> actions) {
        Outcome.Refused closed = closed();
        if (closed != null) {
            return closed;
        }
        Key key = w.cid().key();
        StoredRecord old = currentRecord(nowMillis, key, self, w.locator());
        if (old == null || old.tombstone()) {
            return new Outcome.Refused(
                    ErrorCode.NotFound, "this node publishes no such record; GET /dht/provides lists those it does");
        }
        long issuedAt = Math.max(nowMillis, old.record().issuedAtMillis() + 1);
        long keepUntil = old.endsAtMillis() + RecordRules.TOMBSTONE_KEEP_MILLIS;
        long position = append(nowMillis, old.position(), new ProviderWithdrawn(key, issuedAt, keepUntil));
        if (around != null) {
            actions.accept(new Action.TakeBack(w.cid(), w.locator(), issuedAt, position));
        }
        return new Outcome.Withdrawn(position);
    }

    /** When the next word may be dated: behind a withdrawal strictly, or others could not tell which came last. */
    private static long earliest(StoredRecord old) {
        return old.record().issuedAtMillis() + (old.tombstone() ? 1 : 0);
    }

    /** The record or tombstone of the identity; one that has run out is expired first, by its own event. */
    private @Nullable StoredRecord currentRecord(long nowMillis, Key key, NodeId publisher, String locator) {
        StoredRecord r = state.providers().record(key, publisher, locator);
        if (r != null && r.endsAtMillis() <= nowMillis) {
            append(nowMillis, r.position(), new ProviderExpired(key));
            return null;
        }
        return r;
    }

    private static boolean sameContent(StoredRecord old, Input.Provide p) {
        return !old.tombstone()
                && old.record().cid().equals(p.cid())
                && old.record().addrs().equals(p.addrs());
    }

    /** Why no write is taken now, null where one is. */
    private Outcome.@Nullable Refused closed() {
        return switch (room) {
            case Room.Tight(String why) -> new Outcome.Refused(ErrorCode.JournalUnavailable, why);
            case Room.Nothing(String why) -> new Outcome.Refused(ErrorCode.JournalUnavailable, why);
            case Room.Enough e ->
                readiness == Readiness.READY
                        ? null
                        : new Outcome.Refused(ErrorCode.NotReady, "this node takes no writes now: " + whyNotReady());
        };
    }

    private void tick(long nowMillis, Consumer<Action> actions) {
        switch (room) {
            case Room.Nothing(String why) -> {
                shortOfRoom = true;
                degrade(nowMillis, why, false, actions);
            }
            case Room.Tight(String why) -> {
                sayStart(nowMillis);
                shortOfRoom = true;
                degrade(nowMillis, why, true, actions);
            }
            case Room.Enough e -> {
                sayStart(nowMillis);
                expire(nowMillis, actions);
            }
        }
    }

    private void sayStart(long nowMillis) {
        if (unsaid != null) {
            start(nowMillis, unsaid);
        }
    }

    private void degrade(long nowMillis, String why, boolean journaled, Consumer<Action> actions) {
        if (readiness != Readiness.DEGRADED && !stopped) {
            readiness = Readiness.DEGRADED;
            if (journaled) {
                append(nowMillis, 0, new ReadinessChanged(readiness, why));
            }
            actions.accept(new TurnReadiness(readiness, why));
        }
    }

    private void expire(long nowMillis, Consumer<Action> actions) {
        List<StoredRecord> due = state.due(nowMillis, EXPIRIES_PER_TICK);
        for (StoredRecord r : due) {
            append(nowMillis, r.position(), new ProviderExpired(r.record().cid().key()));
        }
        if (due.size() < EXPIRIES_PER_TICK) {
            rootKeeping.sweep(nowMillis, e -> append(nowMillis, 0, e));
        }
        String reason = ready(nowMillis);
        if (readiness != Readiness.READY && !stopped && due.size() < EXPIRIES_PER_TICK && reason != null) {
            turn(nowMillis, Readiness.READY, shortOfRoom ? "the journal has room again; " + reason : reason, actions);
            shortOfRoom = false;
        }
    }

    /** Why this node may be ready, as far as others go; null where it may not. */
    private @Nullable String ready(long nowMillis) {
        Input.Surroundings s = around;
        if (s != null) {
            return s.readiness() == Readiness.READY ? s.reason() : null;
        }
        return nowMillis - beganAtMillis >= ALONE_MILLIS
                ? "alone: no seeds are configured and nobody was heard of"
                : null;
    }

    private String whyNotReady() {
        Input.Surroundings s = around;
        return s == null || s.readiness() == Readiness.READY ? "it is starting" : s.reason();
    }

    private void turn(long nowMillis, Readiness to, String reason, Consumer<Action> actions) {
        readiness = to;
        append(nowMillis, 0, new ReadinessChanged(to, reason));
        actions.accept(new TurnReadiness(to, reason));
    }

    private Outcome reconfigure(long nowMillis, Input.Reconfigure r) {
        Outcome.Refused deaf = deaf();
        if (deaf != null) {
            return deaf;
        }
        long position = state.position();
        for (Input.Reconfigure.Change c : r.changes()) {
            position = append(nowMillis, 0, new ConfigChanged(c.key(), c.from(), c.to(), c.source()));
        }
        limits = r.limits();
        return new Outcome.Done(position);
    }

    private long append(long nowMillis, long cause, DhtEvent event) {
        long position = journal.append(nowMillis, cause, event);
        Fold.apply(state, position, nowMillis, cause, event);
        int every = limits.digestMarkEvents();
        if (every > 0 && position % every == 0 && !(event instanceof DigestMarked)) {
            append(nowMillis, position, new DigestMarked(position, state.digest()));
        }
        return position;
    }
}
