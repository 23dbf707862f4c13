package io.svcdht.benchmarks.console;

import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.checkpoint.Sidecars;
import io.svcdht.storage.chronicle.ChronicleJournal;
import io.svcdht.storage.chronicle.ChronicleTraces;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.CheckpointTaken;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A data directory as a busy node would have it after a day: {@code DIRECTORY EVENTS RECORDS CONTACTS TRACES}. Records
 * come until there are so many, then most events renew one and as many run out as come. Checkpoints and sidecars are
 * where a running node would have put them. The same but for keys and times at each run.
 */
public final class ConsoleData {
    private static final long SEED = 20_261_125;
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int CHECKPOINT_EVENTS = 49 * 4096;
    private static final int PUBLISHERS = 500;
    private static final int TRACES_AT_ONCE = 200;
    private static final long MILLI = 1_000_000L;

    private final Random random = new Random(SEED);
    private final long beganMillis = System.currentTimeMillis() - DAY_MILLIS;
    private final NodeId self;
    private final ChronicleJournal journal;
    private final Checkpoints checkpoints;
    private final List<NodeId> peers = new ArrayList<>();
    /** Key and last word of each record. */
    private final Key[] keys;

    private final long[] words;
    private int held;

    private ConsoleData(NodeId self, ChronicleJournal journal, Checkpoints checkpoints, int records) {
        this.self = self;
        this.journal = journal;
        this.checkpoints = checkpoints;
        keys = new Key[records];
        words = new long[records];
        for (int i = 0; i < PUBLISHERS; i++) {
            peers.add(new NodeId(key()));
        }
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        int events = Integer.parseInt(args[1]);
        int records = Integer.parseInt(args[2]);
        try (DataDirectory directory = DataDirectory.open(data);
                ChronicleJournal journal = ChronicleJournal.open(directory, e -> {})) {
            NodeId self = NodeIdentity.loadOrCreate(data).id();
            Checkpoints checkpoints = new Checkpoints(directory.checkpoints());
            ConsoleData made = new ConsoleData(self, journal, checkpoints, records);
            made.events(events, Integer.parseInt(args[3]));
            directory.firstEventDurable();
            Sidecars sidecars = new Sidecars(directory.segments(), journal);
            while (sidecars.makeNext(journal.lastPosition(), () -> {})) {
                // One a call.
            }
            made.traces(directory.traces(), Integer.parseInt(args[4]));
            System.out.printf("%,d events, %,d records%n", journal.lastPosition(), made.held);
        }
    }

    private Key key() {
        return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private void events(int count, int contacts) throws Exception {
        append(0, count, 0, new NodeStarted(self, 1, "bench"));
        for (int i = 0; i < contacts; i++) {
            PeerAddress address = PeerAddress.parse("127.0.0.1:%d".formatted(20_000 + i));
            Contact contact = new Contact(NodeKeys.classical(key()), List.of(address), 64_500 + i % 14);
            peers.add(contact.id());
            append(0, count, 0, new ContactAdded(contact, true));
        }
        for (int n = contacts + 1; n < count; n++) {
            some(n, count);
            if (journal.lastPosition() % CHECKPOINT_EVENTS == 0) {
                checkpoint(n, count);
            }
        }
        journal.durable(journal.lastPosition()).toCompletableFuture().join();
    }

    private void some(int n, int count) {
        int dice = random.nextInt(100);
        int i = random.nextInt(Math.max(1, held));
        long now = millis(n, count);
        if (held < keys.length && (held == 0 || dice < 60)) {
            announce(held++, n, count);
        } else if (dice < 10 && held == keys.length) {
            append(n, count, words[i], new ProviderExpired(keys[i]));
            announce(i, n, count);
        } else if (dice < 99 || peers.size() == PUBLISHERS) {
            words[i] = append(n, count, words[i], new ProviderRefreshed(keys[i], ttl(), now));
        } else {
            append(
                    n,
                    count,
                    0,
                    new ContactRefreshed(
                            random.nextInt(8),
                            List.of(peers.get(PUBLISHERS + random.nextInt(peers.size() - PUBLISHERS)))));
        }
    }

    private void announce(int i, int n, int count) {
        keys[i] = key();
        NodeId publisher = random.nextInt(3) == 0 ? self : peers.get(random.nextInt(peers.size()));
        String locator = random.nextInt(4) == 0 ? "" : "local://shelf/" + random.nextInt(4_000);
        words[i] = append(
                n,
                count,
                0,
                new ProviderAnnounced(new ProviderRecord(
                        ContentId.of(keys[i]), publisher, locator, List.of(), ttl(), millis(n, count))));
    }

    /** All of them outlive the day, so that as many are there when the node starts. */
    private int ttl() {
        return 90_000 + random.nextInt(82_800);
    }

    private long millis(int n, int count) {
        return beganMillis + DAY_MILLIS * n / count;
    }

    private long append(int n, int count, long cause, DhtEvent event) {
        return journal.append(millis(n, count), cause, event);
    }

    private void checkpoint(int n, int count) throws Exception {
        long position = journal.lastPosition();
        journal.durable(position).toCompletableFuture().join();
        try (View view = new Past(journal, checkpoints, HeapStore::new).at(position, Budget.UNLIMITED)) {
            var info = checkpoints.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
            append(n, count, 0, new CheckpointTaken(position, info.digest(), info.records(), 1 << 20));
        }
        System.err.printf("%,d events%n", position);
    }

    private void traces(Path directory, int count) {
        AtomicLong now = new AtomicLong(beganMillis);
        TraceLimits all = new TraceLimits(48, 1L << 40, 1L << 40, DiskReserve.none());
        try (ChronicleTraces traces = ChronicleTraces.open(directory, () -> all, now::get)) {
            for (int i = 0; i < count; i++) {
                now.set(beganMillis + DAY_MILLIS * i / count);
                traces.keep(lookup(now.get()));
                if (i % TRACES_AT_ONCE == 0) {
                    // Waits until they are written: what is offered faster is dropped.
                    traces.counts();
                }
            }
        }
    }

    private LookupRecord lookup(long startedAtMillis) {
        int took = 20 + random.nextInt(280);
        LookupRecord.Outcome[] outcomes = LookupRecord.Outcome.values();
        List<LegRecord> legs = new ArrayList<>();
        for (int i = 0; i < 8 + random.nextInt(24); i++) {
            long heard = random.nextLong(took * MILLI / 2);
            legs.add(new LegRecord(
                    peers.get(random.nextInt(peers.size())),
                    "127.0.0.1:%d".formatted(20_000 + random.nextInt(1_000)),
                    1 + i / 8,
                    0,
                    random.nextInt(-1, Math.max(i, 0)),
                    i < 3 ? LegRecord.Why.START : random.nextInt(8) == 0 ? LegRecord.Why.HEDGE : LegRecord.Why.REFILL,
                    heard,
                    heard + random.nextLong(took * MILLI / 4),
                    random.nextLong(took * MILLI / 4),
                    random.nextInt(10) == 0,
                    random.nextInt(9) == 0 ? LegRecord.Outcome.TIMED_OUT : LegRecord.Outcome.ANSWERED));
        }
        return new LookupRecord(
                new UUID(
                        startedAtMillis << 16 | 0x7000 | random.nextInt(1 << 12),
                        Long.MIN_VALUE | random.nextLong() >>> 2),
                startedAtMillis,
                LookupRecord.Operation.FIND,
                LookupRecord.Asker.UNTOLD,
                key(),
                "",
                random.nextInt(10) < 8 ? LookupRecord.Outcome.FOUND : outcomes[random.nextInt(outcomes.length)],
                4,
                legs.size(),
                2,
                60,
                took * MILLI,
                300 * MILLI,
                legs);
    }
}
