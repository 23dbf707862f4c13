package io.svcdht.node.sim;

import io.svcdht.node.kad.BucketMix;
import io.svcdht.node.lookup.HedgePolicy;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What can be played through, each with the gates it must pass. All times are of the simulated clock. */
public enum Scenario {
    /** Two hours of churn, then an hour of finds. */
    CHURN("10 % of all nodes come and go in an hour; after two hours one hour of finds") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard().withRepair(0));
            world.churn(0.10);
            for (int minutes = 0; minutes < 120; minutes += 10) {
                run.says("warming up, %d of 120 minutes".formatted(minutes));
                world.run(10 * World.MINUTE);
            }
            List<Key> keys = world.publish(2_000, World.MINUTE);
            run.says("finding");
            FindLog log = new FindLog();
            world.find(keys, FINDS, World.HOUR, Limits.standard(), log);
            boolean huge = run.nodes > 20_000;
            run.gate(Gate.atMost("hops p50", "", log.hops(50), huge ? 3 : 2, 2));
            run.gate(Gate.atMost("hops p95", "", log.hops(95), huge ? 4 : 3, huge ? 3 : 2));
            run.gate(Gate.atMost("hops p99", "", log.hops(99), 4, 3));
            if (!huge) {
                run.gate(Gate.atMost("messages a find", "", log.messages(), 6.5, 5));
            }
            run.gate(Gate.atLeast("found within 300 ms", "%", 100 * log.foundWithin(300), 99, 99.99));
            run.note("warm: " + log);
            run.note("dead contacts %.2f %%".formatted(100 * world.deadContacts()));
            for (Transport transport : List.of(Transport.COLD, Transport.ONE_ROUND_TRIP)) {
                world.transport(transport);
                FindLog other = new FindLog();
                world.find(keys, FINDS / 10, World.MINUTE, Limits.standard(), other);
                run.note(transport.text() + ": " + other);
            }
        }
    },
    /** Keys nobody has, while one contact in twenty is dead. */
    ABSENT("finds of what is not there while 5 % of all nodes have just died") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard());
            world.run(10 * World.MINUTE);
            world.killShare(0.05);
            FindLog log = new FindLog();
            world.find(world.absentKeys(FINDS / 4), FINDS / 4, 5 * World.SECOND, Limits.standard(), log);
            run.gate(Gate.atLeast("answered not_found", "%", 100 * log.share(Outcome.NOT_FOUND), 99, 99.9));
            run.note(log.toString());
        }
    },
    /** The same world twice: slots alone, and slots with hedges. */
    HEDGE("5 % of all nodes have just died; finds with slots alone and with hedges") {
        @Override
        void play(Run run) {
            FindLog slots = finds(run, new HedgePolicy.Off());
            FindLog hedged = finds(run, HedgePolicy.adaptive());
            run.gate(Gate.atMost(
                    "p99 against slots alone", "%", more(hedged.tookMillis(99), slots.tookMillis(99)), -10, -20));
            run.gate(Gate.atMost(
                    "messages against slots alone", "%", more(hedged.messages(), slots.messages()), 25, 25));
            run.note("slots alone: " + slots);
            run.note("hedged: " + hedged);
        }

        private FindLog finds(Run run, HedgePolicy hedge) {
            World world = run.world(PeeringSettings.standard());
            List<Key> keys = world.publish(1_000, World.MINUTE);
            world.run(10 * World.MINUTE);
            world.hedge(hedge);
            world.killShare(0.05);
            FindLog log = new FindLog();
            world.find(keys, FINDS, 5 * World.SECOND, Limits.standard(), log);
            return log;
        }
    },
    /** The same world, asked each way. */
    STRANGERS("5 % of all nodes have just died; finds whose strangers are asked over streams, and in datagrams") {
        @Override
        void play(Run run) {
            for (Transport transport : List.of(Transport.COLD, Transport.SOME_BLOCKED, Transport.ONE_ROUND_TRIP)) {
                World world = run.world(PeeringSettings.standard());
                List<Key> keys = world.publish(1_000, World.MINUTE);
                world.run(10 * World.MINUTE);
                world.transport(transport);
                world.killShare(0.05);
                FindLog log = new FindLog();
                world.find(keys, FINDS / 2, 5 * World.SECOND, Limits.standard(), log);
                run.note(transport.text() + ": " + log);
                if (transport == Transport.ONE_ROUND_TRIP) {
                    run.gate(Gate.atLeast(
                            "found within 300 ms, in datagrams", "%", 100 * log.foundWithin(300), 99.9, 99.99));
                }
            }
        }
    },
    /** One node in five is gone from one moment to the next. */
    KILL("20 % of all nodes die at once, while finds go on") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard());
            List<Key> keys = world.publish(1_000, World.MINUTE);
            world.run(10 * World.MINUTE);
            FindLog before = new FindLog();
            world.find(keys, 12 * WINDOW_FINDS, 12 * WINDOW_NANOS, Limits.standard(), before);
            world.killShare(0.20);
            List<FindLog> after = windows(run, world, keys, 32);
            double share = before.foundWithin(300) - 0.01;
            double p99 = 1.25 * before.tookMillis(99);
            run.gate(Gate.atMost(
                    "found within 300 ms is back after",
                    "s",
                    backAfter(after, l -> l.foundWithin(300) >= share),
                    60,
                    20));
            run.gate(Gate.atMost("p99 is back after", "s", backAfter(after, l -> l.tookMillis(99) <= p99), 300, 60));
            run.note("before: " + before);
            run.note("first 10 s: " + after.getFirst());
            run.note("last 10 s: " + after.getLast());
        }
    },
    /** Half an hour in two halves. */
    PARTITION("the network is cut in two for 30 minutes, and healed") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard());
            List<Key> keys = new ArrayList<>(world.publish(500, World.MINUTE));
            world.run(10 * World.MINUTE);
            world.split(0.5);
            world.run(10 * World.MINUTE);
            keys.addAll(world.publish(500, World.MINUTE));
            world.run(19 * World.MINUTE);
            FindLog during = new FindLog();
            world.find(keys, WINDOW_FINDS, WINDOW_NANOS, Limits.standard(), during);
            world.heal();
            List<FindLog> after = windows(run, world, keys, 32);
            run.gate(Gate.atMost(
                    "99.9 % are found again after",
                    "s", backAfter(after, l -> l.share(Outcome.FOUND) >= 0.999), 300, 60));
            run.note("cut in two: " + during);
            run.note("first 10 s: " + after.getFirst());
            run.note("last 10 s: " + after.getLast());
        }
    },
    /** One node in five lies. */
    COLLUDERS("20 % of all nodes work together to hide records; four disjoint paths of one slot") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard());
            world.run(10 * World.MINUTE);
            world.attackers().collude(0.20, false);
            List<Key> keys = world.publish(1_000, World.MINUTE);
            FindLog log = new FindLog();
            world.find(keys, FINDS, World.MINUTE, Limits.standard().withPaths(4, 1), log);
            FindLog one = new FindLog();
            world.find(keys, FINDS, World.MINUTE, Limits.standard(), one);
            run.gate(Gate.atLeast("found and true", "%", 100 * log.share(Outcome.FOUND), 99.5, 100));
            run.gate(Gate.atMost("forged records believed", "", log.forged() + one.forged(), 0, 0));
            run.gate(Gate.atMost("messages a find", "", log.messages(), 8.5, 8.5));
            run.note("four paths: " + log);
            run.note("one path: " + one);
        }
    },
    /** One network is seven tenths of the whole. */
    ASN("one autonomous system runs 70 % of all nodes, sixteen others the rest; an hour with 10 % churn") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard(), number -> owner(number, 70, 1, 16));
            List<Key> keys = world.publish(500, World.MINUTE);
            world.churn(0.10);
            FindLog log = new FindLog();
            world.find(keys, 36 * run.nodes, World.HOUR, Limits.standard(), log);
            List<BucketMix> mixed = world.attackers().fullBuckets().stream()
                    .filter(m -> m.owners() > OTHERS_THERE)
                    .toList();
            double share = mixed.stream()
                    .mapToInt(m -> m.largestAsn() == FLOODING ? m.percentMax() : 0)
                    .average()
                    .orElse(100);
            run.gate(Gate.atMost("its share of full buckets with 10 others", "%", share, 10, 10));
            run.gate(Gate.atMost(
                    "largest share of anybody in a full bucket",
                    "%",
                    world.attackers().fullBuckets().stream()
                            .mapToInt(BucketMix::percentMax)
                            .max()
                            .orElse(100),
                    40,
                    40));
            run.note("%d full buckets, %d of them with 10 others"
                    .formatted(world.attackers().fullBuckets().size(), mixed.size()));
            run.gate(Gate.atLeast("found", "%", 100 * log.share(Outcome.FOUND), 99, 99.9));
            run.note(log.toString());
        }
    },
    /** Three networks work together: reported, for what share of nodes that is decides how it ends. */
    ASNS("three of twenty autonomous systems, 30 % of all nodes, hide records together; four disjoint paths") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard(), number -> owner(number, 30, 3, 17));
            world.run(10 * World.MINUTE);
            world.attackers().collude(asn -> asn >= FLOODING && asn < FLOODING + 3);
            List<Key> keys = world.publish(1_000, World.MINUTE);
            FindLog log = new FindLog();
            world.find(keys, FINDS / 4, World.MINUTE, Limits.standard().withPaths(4, 1), log);
            FindLog one = new FindLog();
            world.find(keys, FINDS / 4, World.MINUTE, Limits.standard(), one);
            run.gate(Gate.atMost("forged records believed", "", log.forged() + one.forged(), 0, 0));
            run.gate(Gate.atLeast("found and true", "%", 100 * log.share(Outcome.FOUND), 95, 99));
            run.note("four paths: " + log);
            run.note("one path: " + one);
        }
    },
    /** Somebody made ids until twenty fell beside each of a few keys. */
    ECLIPSE(
            "20 ids made for each of 10 keys close in on them, and hide what lies there; one path until it is noticed") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard());
            List<Key> keys = world.publish(200, World.MINUTE);
            world.run(10 * World.MINUTE);
            FindLog honest = new FindLog();
            world.find(world.absentKeys(500), 500, World.MINUTE, Limits.standard(), honest);
            run.gate(Gate.atMost("false alarms", "", (double) world.attackers().noticedElsewhere(List.of(), 0), 0, 0));
            List<Key> victims = keys.subList(0, 10);
            int bits = Integer.SIZE - Integer.numberOfLeadingZeros(run.nodes) + BITS_CLOSER;
            victims.forEach(key -> world.attackers().closeIn(key, 20, bits));
            world.run(10 * World.MINUTE);
            FindLog log = new FindLog();
            world.find(victims, 500, World.MINUTE, Limits.standard(), log);
            run.gate(Gate.atLeast(
                    "keys whose crowding was noticed",
                    "",
                    (double) world.attackers().noticedOf(victims),
                    9,
                    10));
            run.gate(Gate.atMost(
                    "keys elsewhere suspected",
                    "",
                    (double) world.attackers().noticedElsewhere(victims, bits - BITS_CLOSER - 1),
                    0,
                    0));
            run.gate(Gate.atMost("forged records believed", "", log.forged(), 0, 0));
            run.note("closed in: " + log);
        }
    },
    /** Twelve hours of churn against five holders. */
    DURABILITY("10,000 records on 5 nodes each, 10 % churn an hour, repair every 5 minutes, 12 hours") {
        @Override
        void play(Run run) {
            World world = run.world(PeeringSettings.standard().withReplicas(5));
            List<Key> keys = world.publish(10_000, 5 * World.MINUTE);
            world.churn(0.10);
            for (int hour = 1; hour <= 12; hour++) {
                world.run(World.HOUR);
                run.says("hour %d of 12".formatted(hour));
            }
            Holdings holdings = world.holdings(keys);
            run.gate(Gate.atMost("records lost", "", holdings.lost(), 0, 0));
            run.note(holdings.toString());
            FindLog log = new FindLog();
            world.find(keys, FINDS / 4, World.MINUTE, Limits.standard(), log);
            run.note("afterwards: " + log);
        }
    },
    /** Every node runs the real engine; its journal must give what it has. */
    REPLAY("nodes that journal come and go, one in five restarts from its journal; then every journal is replayed") {
        @Override
        void play(Run run) {
            World world = run.journaledWorld(PeeringSettings.standard());
            world.churn(0.30);
            List<Key> keys = world.publish(200, 5 * World.MINUTE);
            world.run(10 * World.MINUTE);
            world.restartShare(0.20, World.MINUTE);
            world.run(10 * World.MINUTE);
            FindLog log = new FindLog();
            world.find(keys, WINDOW_FINDS, WINDOW_NANOS, Limits.standard(), log);
            world.run(3 * World.SECOND);
            run.says("replaying");
            Replays replays = world.replays();
            run.gate(Gate.atMost("digests that come out otherwise", "", replays.wrongMarks(), 0, 0));
            run.gate(Gate.atMost("states that come out otherwise", "", replays.otherStates(), 0, 0));
            run.gate(Gate.atMost("tables with others than their journal knows", "", replays.untoldTables(), 0, 0));
            run.gate(Gate.atLeast("found", "%", 100 * log.share(Outcome.FOUND), 99.5, 100));
            run.note(replays.toString());
            run.note(log.toString());
        }
    };

    /** The autonomous system, and those after it, that a scenario is about. */
    private static final int FLOODING = 64_500;

    private static final int OTHERS_THERE = 10;
    /** How many bits closer than the closest honest node the made ids are. */
    private static final int BITS_CLOSER = 8;

    private static final int FINDS = 12_000;
    private static final int WINDOW_FINDS = 1_000;
    private static final long WINDOW_NANOS = 10 * World.SECOND;

    private final String about;

    Scenario(String about) {
        this.about = about;
    }

    /** One line for a list. */
    public String about() {
        return about;
    }

    /** As one writes it on the command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    abstract void play(Run run);

    /**
     * Plays it through.
     *
     * @param progress is told now and then how far it is
     */
    public ScenarioReport run(int nodes, long seed, Consumer<String> progress) {
        return run(nodes, seed, Transport.WARM, progress);
    }

    /** The same where strangers cost something, but for what a scenario asks over all of them. */
    public ScenarioReport run(int nodes, long seed, Transport transport, Consumer<String> progress) {
        Run run = new Run(nodes, seed, transport, progress);
        play(run);
        World world = run.last();
        world.checkInvariants();
        return new ScenarioReport(
                text(), nodes, seed, transport, run.gates, run.notes, world.digest(), world.events(), world.messages());
    }

    /** By number: this share of all nodes in the first few autonomous systems, the rest spread over the others. */
    private static int owner(int number, int percent, int few, int others) {
        long luck = SplitMix.mix(number) >>> 1;
        boolean first = luck % 100 < percent;
        return FLOODING + (int) (luck / 100 % (first ? few : others)) + (first ? 0 : few);
    }

    private static double more(double one, double other) {
        return other == 0 ? 0 : 100 * (one / other - 1);
    }

    private static List<FindLog> windows(Run run, World world, List<Key> keys, int count) {
        List<FindLog> windows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            FindLog log = new FindLog();
            world.find(keys, WINDOW_FINDS, WINDOW_NANOS, Limits.standard(), log);
            windows.add(log);
            run.says("%d s later".formatted((i + 1) * 10));
        }
        return windows;
    }

    /** Seconds after which all later windows are as they should be. */
    private static double backAfter(List<FindLog> windows, java.util.function.Predicate<FindLog> asItShouldBe) {
        int bad = windows.size();
        while (bad > 0 && asItShouldBe.test(windows.get(bad - 1))) {
            bad--;
        }
        return bad * 10.0;
    }
}
