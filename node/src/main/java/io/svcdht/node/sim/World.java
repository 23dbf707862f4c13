package io.svcdht.node.sim;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.node.peering.Request;
import io.svcdht.node.peering.Response;
import io.svcdht.node.peering.Word;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A network of real nodes in a time of its own. One thread, one queue, one seed: the same seed gives the same run, which
 * its digest shows.
 */
public final class World {
    public static final long MILLI = 1_000_000L;
    public static final long SECOND = 1_000 * MILLI;
    public static final long MINUTE = 60 * SECOND;
    public static final long HOUR = 60 * MINUTE;

    private static final int RECORD_TTL_SECONDS = 86_400;
    private static final PeeringInput TIME_PASSED = new PeeringInput.TimePassed();

    private final PeeringSettings settings;
    private final boolean journals;
    private final SplitMix luck;
    private final SimNetwork network;
    private final EventQueue queue = new EventQueue();
    private final List<SimNode> nodes = new ArrayList<>();
    /** Those alive, in an order that only deaths change. */
    private final List<SimNode> living = new ArrayList<>();

    private final Attackers attackers;
    private long nowNanos;
    private long digest;
    private long events;
    /** Whom the ends of running finds are told, by ticket; never walked through. */
    private final Map<Long, FindLog> asked = new HashMap<>();

    private int published;
    /** The autonomous system of a node, by number; 0 = none, and a private address. */
    private IntUnaryOperator asns = number -> 0;

    private long tickets = 1;
    private long churnMeanNanos;

    public World(PeeringSettings settings, long seed) {
        this(settings, seed, false);
    }

    private World(PeeringSettings settings, long seed, boolean journals) {
        this.settings = settings;
        this.journals = journals;
        this.luck = new SplitMix(seed);
        this.network = new SimNetwork(this, luck.getAsLong(), luck.split());
        this.attackers = new Attackers(this, luck, settings.table().k());
    }

    /** A world whose nodes run the real engine and journal what happens: slower, and larger. */
    public static World journaled(PeeringSettings settings, long seed) {
        return new World(settings, seed, true);
    }

    // --- time --------------------------------------------------------------------------------------------------------

    public long nowNanos() {
        return nowNanos;
    }

    /** Stands for every event so far, in order: two runs are the same if this is. */
    public long digest() {
        return digest;
    }

    /** Events so far. */
    public long events() {
        return events;
    }

    void at(long nanos, SimEvent event) {
        queue.add(nanos, event);
    }

    /** Lets this happen so much later. */
    public void in(long nanos, Runnable what) {
        queue.add(nowNanos + nanos, new SimEvent.Happens(what));
    }

    /** Lets the world go on for so long. */
    public void run(long nanos) {
        long until = nowNanos + nanos;
        while (queue.nextNanos() <= until) {
            nowNanos = queue.nextNanos();
            happen(queue.take());
        }
        nowNanos = until;
    }

    private void happen(SimEvent event) {
        events++;
        switch (event) {
            case SimEvent.Arrives e -> {
                note(1, e.from().number, e.to().number);
                network.arrives(e);
            }
            case SimEvent.Returns e -> {
                note(2, e.to().number, 0);
                network.returns(e);
            }
            case SimEvent.RunsOut e -> {
                note(3, e.from().number, 0);
                network.ranOut(e);
            }
            case SimEvent.Wakes(SimNode node) -> {
                if (node.alive && node.wakeAtNanos <= nowNanos) {
                    note(4, node.number, 0);
                    node.wakeAtNanos = Long.MAX_VALUE;
                    step(node, TIME_PASSED);
                }
            }
            case SimEvent.Happens(Runnable what) -> what.run();
        }
    }

    private void note(int kind, int a, int b) {
        digest = SplitMix.mix(digest ^ nowNanos ^ (long) kind << 60 ^ (long) a << 28 ^ b);
    }

    // --- nodes -------------------------------------------------------------------------------------------------------

    void step(SimNode node, PeeringInput input) {
        node.peering.step(nowNanos, input, node.does);
        stepped(node);
    }

    /** What a node answers, which is nothing good if it colludes. */
    Response answerOf(SimNode node, SimNode from, Request request) {
        Response honest = node.peering.answer(from.peer.id(), request, nowNanos);
        node.peering.asked(from.peer, nowNanos, node.does);
        stepped(node);
        return node.colludes ? attackers.answer(request, honest) : honest;
    }

    private void stepped(SimNode node) {
        if (node.journal != null) {
            node.journal.tell();
        }
        long wake = node.peering.wakeAtNanos();
        if (wake < node.wakeAtNanos) {
            node.wakeAtNanos = wake;
            at(Math.max(wake, nowNanos), node.wakes);
        }
    }

    void carryOut(SimNode node, PeeringAction action) {
        switch (action) {
            case PeeringAction.Send(var call) -> network.send(node, call);
            case PeeringAction.Found(var ticket, var result, var lookup) -> {
                FindLog into = asked.remove(ticket);
                if (into != null) {
                    into.add(result);
                }
            }
            case PeeringAction.Published p -> published += p.ticket() == PeeringInput.NOBODY_WAITS ? 0 : 1;
            case PeeringAction.Cancel cancel -> {}
            case PeeringAction.Looked looked -> {}
            case PeeringAction.Crowded(Key target, var place) -> attackers.noticed(target);
            case PeeringAction.TableRefused refused -> {}
            case PeeringAction.TableGained gained -> note(node, action);
            case PeeringAction.TableLost lost -> note(node, action);
            case PeeringAction.TableDropped dropped -> note(node, action);
            case PeeringAction.BucketRefreshed refreshed -> note(node, action);
        }
    }

    private static void note(SimNode node, PeeringAction action) {
        if (node.journal != null) {
            node.journal.note(action);
        }
    }

    SimNode node(int number) {
        return nodes.get(number);
    }

    public int living() {
        return living.size();
    }

    /** Those alive. */
    List<SimNode> all() {
        return living;
    }

    SimNode anyLiving() {
        return living.get(luck.below(living.size()));
    }

    /** From now on nodes have public addresses in the autonomous systems this gives, by number. */
    void networks(IntUnaryOperator asnOf) {
        asns = asnOf;
    }

    /** A new node that joins through one that lives. */
    SimNode join() {
        return join(null);
    }

    /** @param made the id it has by many tries, null = any */
    SimNode join(@Nullable NodeId made) {
        Peer peer = SimNode.stranger(nodes.size(), luck, asns.applyAsInt(nodes.size()), made);
        SimNode node = new SimNode(this, nodes.size(), peer, settings, luck, journals);
        List<Peer> seeds = living.isEmpty() ? List.of() : List.of(anyLiving().peer, anyLiving().peer);
        nodes.add(node);
        begin(node, seeds);
        return node;
    }

    private void begin(SimNode node, List<Peer> seeds) {
        node.place = living.size();
        living.add(node);
        if (node.journal != null) {
            node.journal.begin();
        }
        step(node, new PeeringInput.Join(seeds));
    }

    /** This share of all nodes dies at once, and comes back so much later, each with what its journal says. */
    public void restartShare(double share, long afterNanos) {
        if (!journals) {
            throw new IllegalStateException("a node without a journal has nothing to come back with");
        }
        int count = (int) (living.size() * share);
        for (int i = 0; i < count; i++) {
            SimNode node = anyLiving();
            kill(node);
            in(afterNanos, () -> restart(node));
        }
    }

    private void restart(SimNode killed) {
        if (killed.journal != null) {
            SimNode node = new SimNode(this, killed, killed.journal.engine().journal(), settings, luck);
            nodes.set(node.number, node);
            begin(node, List.of());
        }
    }

    /** Replays the journals of all living nodes. */
    public Replays replays() {
        Replays all = Replays.NONE;
        for (SimNode node : living) {
            all = node.journal == null ? all : all.plus(node.journal.replayed());
        }
        return all;
    }

    /** Joins so many, one after the other. */
    public void build(int count, long everyNanos) {
        for (int i = 0; i < count; i++) {
            join();
            run(everyNanos);
        }
    }

    /** Takes a node's plug out: nobody is told. */
    void kill(SimNode node) {
        node.alive = false;
        SimNode last = living.removeLast();
        if (last != node) {
            living.set(node.place, last);
            last.place = node.place;
        }
    }

    /** Kills this share of all nodes at once. */
    public void killShare(double share) {
        int count = (int) (living.size() * share);
        for (int i = 0; i < count; i++) {
            kill(anyLiving());
        }
    }

    /** From now on nodes go and new ones come, this share of all in an hour. 0 ends it. */
    public void churn(double sharePerHour) {
        boolean runs = churnMeanNanos > 0;
        churnMeanNanos = sharePerHour == 0 ? 0 : (long) (HOUR / (sharePerHour * living.size()));
        if (!runs && churnMeanNanos > 0) {
            in(luck.exponentialNanos(churnMeanNanos), this::churnOne);
        }
    }

    private void churnOne() {
        if (churnMeanNanos > 0) {
            kill(anyLiving());
            join();
            in(luck.exponentialNanos(churnMeanNanos), this::churnOne);
        }
    }

    /** Cuts the network in two: this share on one side. */
    public void split(double share) {
        for (SimNode node : living) {
            node.side = luck.unit() < share ? 1 : 0;
            node.lastSide = node.side;
        }
    }

    /** How mixed the tables are across the latest split. */
    public Reach reach() {
        long across = 0;
        long all = 0;
        for (SimNode node : living) {
            for (Peer p : node.peering
                    .table()
                    .closest(node.peer.key(), node.peering.table().size())) {
                across += node(SimNode.numberAt(p)).lastSide != node.lastSide ? 1 : 0;
                all++;
            }
        }
        return new Reach(all, all == 0 ? 0 : (double) across / all);
    }

    /** Ends the split. */
    public void heal() {
        for (SimNode node : nodes) {
            node.side = 0;
        }
    }

    /** Those of this world that work against it. */
    public Attackers attackers() {
        return attackers;
    }

    /** This share of clocks is off by up to so much, either way. */
    public void clocksOff(double share, long millisMax) {
        for (SimNode node : living) {
            if (luck.unit() < share) {
                node.clockOffMillis = (long) ((luck.unit() * 2 - 1) * (double) millisMax);
            }
        }
    }

    public void transport(Transport transport) {
        network.transport = transport;
    }

    public void loss(double share) {
        network.loss = share;
    }

    public void reordering(double share) {
        network.reordering = share;
    }

    public long messages() {
        return network.messages;
    }

    // --- records and finds -------------------------------------------------------------------------------------------

    /** Publishes so many records from nodes anywhere, spread over this time. Ends when all are out. */
    public List<Key> publish(int count, long overNanos) {
        List<Key> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Key key = luck.key();
            keys.add(key);
            in(overNanos * i / count, () -> {
                SimNode node = honest();
                Word.Announced word = new Word.Announced(node.records.publish(record(key, node), nowNanos));
                step(node, new PeeringInput.Publish(tickets++, word));
            });
        }
        run(overNanos + 12 * SECOND);
        return keys;
    }

    private ProviderRecord record(Key key, SimNode by) {
        return new ProviderRecord(
                ContentId.of(key), by.peer.id(), "", List.of(), RECORD_TTL_SECONDS, by.wallMillis(nowNanos));
    }

    /** Publications that are through. */
    public int published() {
        return published;
    }

    private SimNode honest() {
        SimNode node = anyLiving();
        while (node.colludes) {
            node = anyLiving();
        }
        return node;
    }

    /**
     * Starts finds of random ones of these keys at random nodes that do not hold them, at even intervals; the log gets
     * what becomes of those that end until then.
     */
    public void find(List<Key> keys, int count, long overNanos, Limits limits, FindLog into) {
        for (int i = 0; i < count; i++) {
            in(overNanos * i / count, () -> findOne(keys.get(luck.below(keys.size())), limits, into));
        }
        run(overNanos);
    }

    private void findOne(Key key, Limits limits, FindLog into) {
        SimNode node = honest();
        for (int tries = 0; node.records.holds(key) && tries < 100; tries++) {
            node = honest();
        }
        asked.put(tickets, into);
        step(node, new PeeringInput.Find(tickets++, key, limits));
    }

    /** On how many living nodes these records lie. */
    public Holdings holdings(List<Key> keys) {
        int lost = 0;
        int fewest = Integer.MAX_VALUE;
        long all = 0;
        for (Key key : keys) {
            int holders = 0;
            for (SimNode node : living) {
                holders += node.records.holds(key) ? 1 : 0;
            }
            lost += holders == 0 ? 1 : 0;
            fewest = Math.min(fewest, holders);
            all += holders;
        }
        return new Holdings(keys.size(), lost, fewest, (double) all / keys.size());
    }

    /** Random keys, which nobody published. */
    public List<Key> absentKeys(int count) {
        List<Key> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(luck.key());
        }
        return keys;
    }

    /** Sets the hedge of all nodes, for lookups from now on. */
    public void hedge(io.svcdht.node.lookup.HedgePolicy hedge) {
        living.forEach(n -> n.peering.hedge(hedge));
    }

    /** Share of members of living nodes' tables that are dead, 0 … 1. */
    public double deadContacts() {
        long dead = 0;
        long all = 0;
        for (SimNode node : living) {
            for (Peer p : node.peering
                    .table()
                    .closest(node.peer.key(), node.peering.table().size())) {
                dead += nodes.get(SimNode.numberAt(p)).alive ? 0 : 1;
                all++;
            }
        }
        return all == 0 ? 0 : (double) dead / all;
    }

    /**
     * What must hold at any moment.
     *
     * @throws IllegalStateException if it does not
     */
    public void checkInvariants() {
        for (SimNode node : living) {
            node.peering.table().checkInvariants();
            if (node.peering.table().size() > 0
                    && Distance.commonPrefix(
                                    node.peer.key(), node.peering.table().self())
                            != Distance.BITS) {
                throw new IllegalStateException("node %d has another's table".formatted(node.number));
            }
        }
    }
}
