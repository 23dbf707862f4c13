package io.svcdht.kafka;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.KafkaConfig.Ship;
import io.svcdht.node.config.KafkaConfig.Store;
import io.svcdht.node.shipping.RemoteJournals.Wanted;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Restart;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@code scripts/bench-kafka} runs: shipping beside appending, catching up, reading back, and a node's state from the topic
 * alone. Broker and node share this machine, so figures of CPU say more than rates.
 */
final class KafkaBench {
    private static final int GROUP = 512;
    /** They are made before the clock runs, and kept. */
    private static final int BESIDE_EVENTS_MAX = 1_000_000;

    private final BrokerProcess broker;
    private final Path temp;
    private final int events;
    private final Random random = new Random(1);

    private KafkaBench(BrokerProcess broker, Path temp, int events) {
        this.broker = broker;
        this.temp = temp;
        this.events = events;
    }

    /** @param args how many events, and how many records the state has that is restored */
    public static void main(String[] args) throws Exception {
        int events = Integer.parseInt(args[0]);
        int records = Integer.parseInt(args[1]);
        Path temp = Files.createTempDirectory("bench");
        try (BrokerProcess broker = BrokerProcess.own()) {
            KafkaBench bench = new KafkaBench(broker, temp, events);
            bench.beside();
            bench.catchUp();
            bench.restore(records);
        }
        System.exit(0);
    }

    private DhtEvent announced(int i) {
        Key key = new Key(random.nextLong(), i, random.nextLong(), random.nextLong());
        return new DhtEvent.ProviderAnnounced(new ProviderRecord(
                ContentId.of(key), new NodeId(new Key(1, 2, 3, 4)), "local://node", List.of(), 3_600, TestNode.T0 + i));
    }

    private static void say(String what, Object... values) {
        System.out.printf(Locale.ROOT, what + "%n", values);
    }

    private static double cpuSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
    }

    /** Appending at a set rate, alone and with shipping, by turns. */
    private void beside() throws Exception {
        int rate = 50_000;
        int count = Math.min(events, BESIDE_EVENTS_MAX);
        List<DhtEvent> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(announced(i));
        }
        for (int pair = 0; pair < 3; pair++) {
            for (boolean ships : new boolean[] {false, true}) {
                try (TestNode node = new TestNode(temp.resolve("beside" + pair + ships), 10 + pair)) {
                    Shipper s = new Shipper(
                            node, broker.config("beside" + pair, Ship.JOURNAL, Store.CHRONICLE), Shipper.Pace.STANDARD);
                    if (ships) {
                        s.start();
                    }
                    double cpu = cpuSeconds();
                    long began = System.nanoTime();
                    long lagMost = 0;
                    for (int i = 0; i < count; i++) {
                        node.append(made.get(i));
                        if (i % GROUP == 0) {
                            node.force();
                            lagMost = Math.max(lagMost, ships ? s.status().lagEvents() : 0);
                            long due = began + TimeUnit.SECONDS.toNanos(1) * i / rate;
                            LockSupport.parkNanos(due - System.nanoTime());
                        }
                    }
                    node.force();
                    double seconds = (System.nanoTime() - began) / 1e9;
                    while (ships && s.status().lagEvents() > 0) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    double all = (System.nanoTime() - began) / 1e9;
                    say(
                            "%s: %,d events appended at %,.0f/s of %,d wanted, all shipped %.1f s later, lag at most %,d, CPU of the node %.1f us an event",
                            ships ? "with shipping" : "without      ",
                            count,
                            count / seconds,
                            rate,
                            all - seconds,
                            lagMost,
                            (cpuSeconds() - cpu) * 1e6 / count);
                    s.abandon();
                }
            }
        }
    }

    private void catchUp() throws Exception {
        KafkaConfig config = broker.config("catchup", Ship.JOURNAL, Store.CHRONICLE);
        try (TestNode node = new TestNode(temp.resolve("catchup"), 20)) {
            for (int i = 0; i < events; i++) {
                node.append(announced(i));
            }
            node.force();
            double cpu = cpuSeconds();
            long began = System.nanoTime();
            Shipper s = new Shipper(node, config, Shipper.Pace.STANDARD);
            s.start();
            while (s.status().shippedPosition() < events) {
                LockSupport.parkNanos(1_000_000);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            say(
                    "catching up: %,d events in %.1f s, %,.0f/s, CPU %.1f us an event, %.0f bytes an event in the journal",
                    events,
                    seconds,
                    events / seconds,
                    (cpuSeconds() - cpu) * 1e6 / events,
                    (double) node.bytes() / events);
            s.close();
        }
        long began = System.nanoTime();
        double cpu = cpuSeconds();
        try (ShippedLog log = ShippedLog.open(config, Set.of(Topic.JOURNAL))) {
            Map<String, Long> ends = log.ends();
            while (!log.reached(ends)) {
                log.poll(Duration.ofMillis(200));
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        say(
                "reading back: %,.0f/s, CPU %.1f us an event; %.0f bytes an event on the broker's disk, without compression",
                events / seconds,
                (cpuSeconds() - cpu) * 1e6 / events,
                (double) broker.bytesOf("catchup.journal") / events);
    }

    /** A journal of that many records and a checkpoint, opened by a machine that has neither. */
    private void restore(int records) throws Exception {
        KafkaConfig config = broker.config("restore", Ship.NONE, Store.KAFKA);
        NodeId node = new NodeId(new Key(30, 2, 3, 4));
        Checkpoints here = new Checkpoints(temp.resolve("here"));
        State state = new State(new HeapStore(1));
        Journal journal = open(config, node, here, state);
        long began = System.nanoTime();
        for (int i = 0; i < records; i++) {
            journal.append(TestNode.T0 + i, 0, announced(i));
            if (i % GROUP == 0) {
                journal.durable(i).toCompletableFuture().join();
            }
        }
        journal.durable(journal.lastPosition()).toCompletableFuture().join();
        say("journal on Kafka: %,.0f events/s in commits of %d", records / ((System.nanoTime() - began) / 1e9), GROUP);
        Seam seam = Seam.START;
        try (io.svcdht.storage.journal.JournalReader r =
                ((io.svcdht.storage.journal.JournalSource.Read.From) journal.readBehind(seam)).reader()) {
            for (var e = r.next(); e != null; e = r.next()) {
                Fold.apply(state, e);
            }
            seam = r.seam();
        }
        here.write(state, seam, Checkpoints.Pace.FULL);
        journal.append(
                TestNode.T0 + records, 0, new DhtEvent.CheckpointTaken(seam.position(), state.digest(), records, 0));
        Map<NodeId, UUID> looked = new HashMap<>();
        while (ControlTopic.writer(config, node)
                .map(w -> w.checkpoint() == null)
                .orElse(true)) {
            journal.append(TestNode.T0 + records, 0, new DhtEvent.NodeStopped("wait"));
            journal.durable(journal.lastPosition()).toCompletableFuture().join();
        }
        journal.close();
        Key digest = state.digest();

        Checkpoints there = new Checkpoints(temp.resolve("there"));
        began = System.nanoTime();
        State[] restored = new State[1];
        Journal moved = new KafkaJournals.Opening(new Wanted(config, node, there), KafkaJournals.RECENT_EVENTS, looked)
                .open(
                        j -> {
                            Restart restart = Restart.newest(j, there, () -> new HeapStore(1));
                            restored[0] = restart.state();
                            return restart.seam();
                        },
                        e -> Fold.apply(restored[0], e));
        say(
                "restored: %,d records in %.1f s, digest %s",
                records,
                (System.nanoTime() - began) / 1e9,
                restored[0].digest().equals(digest) ? "equal" : "DIFFERENT");
        moved.close();
    }

    private static Journal open(KafkaConfig config, NodeId node, Checkpoints checkpoints, State state) {
        return new KafkaJournals.Opening(
                        new Wanted(config, node, checkpoints), KafkaJournals.RECENT_EVENTS, new HashMap<>())
                .open(j -> Seam.START, e -> Fold.apply(state, e));
    }
}
