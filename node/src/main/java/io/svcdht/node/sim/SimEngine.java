package io.svcdht.node.sim;

import io.svcdht.node.engine.Action;
import io.svcdht.node.engine.Engine;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Limits;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.peering.Word;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.state.heap.HeapStore;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The real engine in a simulated node: what happens is journaled in memory, and the node's records are the state that the
 * journal gives.
 */
final class SimEngine implements SimRecords {
    /** A journal that lost its beginning could not be replayed. */
    static final int EVENTS_MAX = 1 << 22;

    private static final int MARK_EVERY_EVENTS = 16;
    private static final Limits LIMITS = new Limits(1_000_000, 1_000, MARK_EVERY_EVENTS);
    /** Nobody signs in the world: an empty list in CBOR. */
    private static final byte[] NO_SIGNATURES = {(byte) 0x80};

    private final World world;
    private final SimNode owner;
    private final NodeKeys keys;
    private final MemoryJournal journal;
    private final State state;
    private final Engine engine;
    private Outcome outcome = new Outcome.Done(0);

    /** @param journal of its life so far; empty = it is new */
    SimEngine(World world, SimNode owner, MemoryJournal journal) {
        this.world = world;
        this.owner = owner;
        this.keys = owner.peer.contact().keys();
        this.journal = journal;
        this.state = replay(journal, mark -> {});
        this.engine = new Engine(owner.peer.id(), journal, state, LIMITS);
    }

    private long millis() {
        return owner.wallMillis(world.nowNanos());
    }

    /** Memory is durable at once, so an answer need not wait. That a record is to be handed out, the world knows. */
    Outcome step(Input input) {
        engine.step(millis(), input, action -> {
            if (action instanceof Action.Reply(var to, Outcome is)) {
                to.reply(is);
            }
        });
        return outcome;
    }

    private void answered(Outcome is) {
        outcome = is;
    }

    // --- records -----------------------------------------------------------------------------------------------------

    @Override
    public List<ProviderRecord> of(Key key, long nowNanos) {
        return state.providers().holdersOf(key).aliveAt(millis()).stream()
                .map(this::said)
                .toList();
    }

    @Override
    public @Nullable Key walk(@Nullable Key after, int keysMax, long nowNanos, Consumer<Word> each) {
        long now = millis();
        List<Holders> page = state.providers().page(after, keysMax);
        for (Holders holders : page) {
            holders.aliveAt(now).forEach(r -> each.accept(new Word.Announced(said(r))));
        }
        return page.size() < keysMax ? null : page.getLast().key();
    }

    /** The record as others hear it: with whose it is. */
    private ProviderRecord said(ProviderRecord r) {
        return r.proof() != null
                ? r
                : new ProviderRecord(
                        r.cid(),
                        r.publisher(),
                        r.locator(),
                        r.addrs(),
                        r.ttlSeconds(),
                        r.issuedAtMillis(),
                        new Proof(keys, NO_SIGNATURES));
    }

    @Override
    public int size() {
        return state.providers().contentIds();
    }

    @Override
    public boolean stands(Word word, long nowNanos) {
        return word instanceof Word.Announced(ProviderRecord r) && isHeld(r);
    }

    private boolean isHeld(ProviderRecord r) {
        StoredRecord held = state.providers().record(r.cid().key(), r.publisher(), r.locator());
        return held != null && held.aliveAt(millis()) && held.record().issuedAtMillis() == r.issuedAtMillis();
    }

    @Override
    public boolean offer(ProviderRecord r, long nowNanos) {
        Proof proof = r.proof();
        if (proof == null || r.publisher().equals(owner.peer.id())) {
            return isHeld(r);
        }
        SignedRecord word = new SignedRecord(
                r.cid(), proof.keys(), r.locator(), r.addrs(), r.ttlSeconds(), r.issuedAtMillis(), List.of());
        return step(new Input.Hold(List.of(word), Map.of(), this::answered)) instanceof Outcome.Each(List<Outcome> each)
                && each.getFirst() instanceof Outcome.Held;
    }

    @Override
    public ProviderRecord publish(ProviderRecord r, long nowNanos) {
        Outcome is = step(new Input.Provide(r.cid(), r.locator(), r.addrs(), r.ttlSeconds(), this::answered));
        if (!(is instanceof Outcome.Provided)) {
            throw new IllegalStateException("node %d did not take a record of its own: %s".formatted(owner.number, is));
        }
        return said(r);
    }

    @Override
    public boolean holds(Key key) {
        return state.providers().holders(key) > 0;
    }

    @Override
    public long millis(long nowNanos) {
        return owner.wallMillis(nowNanos);
    }

    // --- replay ------------------------------------------------------------------------------------------------------

    MemoryJournal journal() {
        return journal;
    }

    State state() {
        return state;
    }

    /** The fold of the journal from its first event. Each digest that stands in it is derived again and told. */
    static State replay(MemoryJournal journal, Consumer<Boolean> marks) {
        State fold = new State(new HeapStore());
        try (JournalReader reader = journal.readAll()) {
            for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                if (e.event() instanceof DigestMarked(long position, Key digest)) {
                    marks.accept(fold.position() == position && fold.digest().equals(digest));
                }
                Fold.apply(fold, e);
            }
        }
        return fold;
    }
}
