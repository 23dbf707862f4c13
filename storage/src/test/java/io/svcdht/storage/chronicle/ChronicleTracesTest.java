package io.svcdht.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.DiskReserve;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.RateBudget;
import io.svcdht.storage.trace.TraceLimits;
import io.svcdht.storage.trace.TraceLog;
import io.svcdht.storage.trace.TraceLog.Filter;
import io.svcdht.storage.trace.TraceLogContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ChronicleTracesTest extends TraceLogContract {
    /** How long what must not wait may take on a machine short of processors; mutants, which prove that it ends, get less. */
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("svcdht.patience.seconds", 120));

    private static final long HOUR = 3_600_000L;
    private static final TraceLimits AMPLE = new TraceLimits(24, 1L << 30, 1L << 40, DiskReserve.none());

    @TempDir
    Path temp;

    private final AtomicLong millis = new AtomicLong(T0);
    private final AtomicLong nanos = new AtomicLong(1);

    @Override
    protected TraceLog create() {
        return open(() -> AMPLE);
    }

    private ChronicleTraces open(Supplier<TraceLimits> limits) {
        return open(temp.resolve("traces"), limits);
    }

    private ChronicleTraces open(Path directory, Supplier<TraceLimits> limits) {
        return ChronicleTraces.open(
                directory, RollCycles.FAST_HOURLY, limits, new ChronicleTraces.Clocks(millis::get, nanos::get));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(temp.resolve("traces"))) {
            return all.filter(p -> p.getFileName().toString().contains(".cq4"))
                    .filter(p -> !p.toString().endsWith("t"))
                    .sorted()
                    .toList();
        }
    }

    private List<LookupRecord> keepAndClose(int count) {
        try (ChronicleTraces log = open(() -> AMPLE)) {
            List<LookupRecord> kept = keepSome(log, count);
            assertThat(log.counts().dropped()).isZero();
            return kept;
        }
    }

    @Test
    void nothing_is_written_before_there_is_a_trace() {
        try (ChronicleTraces log = open(() -> AMPLE)) {
            assertThat(log.page(Filter.ALL, 5).lookups()).isEmpty();
        }
        assertThat(temp.resolve("traces")).doesNotExist();
    }

    @Test
    void traces_outlive_a_restart() throws Exception {
        List<LookupRecord> all = new ArrayList<>(keepAndClose(300));
        millis.addAndGet(10_000);
        try (ChronicleTraces log = open(() -> AMPLE)) {
            for (LookupRecord lookup : all) {
                assertThat(log.get(lookup.id())).contains(lookup);
            }
            LookupRecord later = random.lookup(T0 + 10_000);
            log.keep(later);
            all.add(later);
            assertThat(walk(log, Filter.ALL, 33)).isEqualTo(newestFirst(all));
        }
        assertThat(files()).hasSize(2);
    }

    /** The directory as a kill leaves it, with the queue's room ahead and its metadata. */
    @Test
    void traces_outlive_a_kill() throws Exception {
        ChronicleTraces killed = open(() -> AMPLE);
        List<LookupRecord> all = keepSome(killed, 200);
        assertThat(killed.counts().kept()).isEqualTo(200);
        Path left = Files.createDirectory(temp.resolve("left"));
        try (Stream<Path> files = Files.list(temp.resolve("traces"))) {
            for (Path file : files.toList()) {
                Files.copy(file, left.resolve(file.getFileName()));
            }
        }
        killed.close();
        try (ChronicleTraces log = open(left, () -> AMPLE)) {
            assertThat(walk(log, Filter.ALL, 64)).isEqualTo(newestFirst(all));
            keepSome(log, 10);
            assertThat(log.counts().kept()).isEqualTo(10);
        }
    }

    @Test
    void a_torn_end_costs_what_was_torn_and_no_more() throws Exception {
        List<LookupRecord> all = keepAndClose(50);
        Path file = files().getFirst();
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
            c.truncate(c.size() - 20);
            // Half a header, as of a document that was being written.
            c.write(ByteBuffer.wrap(new byte[] {7, 0, 0, (byte) 0x80, 1, 2, 3}), c.size() + 20);
        }
        try (ChronicleTraces log = open(() -> AMPLE)) {
            assertThat(walk(log, Filter.ALL, 64)).isEqualTo(newestFirst(all.subList(0, 49)));
            LookupRecord next = random.lookup(T0 + 5_000);
            log.keep(next);
            assertThat(log.page(Filter.ALL, 1).lookups()).containsExactly(next);
        }
        try (ChronicleTraces log = open(() -> AMPLE)) {
            assertThat(walk(log, Filter.ALL, 64)).hasSize(50);
        }
    }

    @Test
    void a_flipped_bit_costs_one_trace() throws Exception {
        List<LookupRecord> all = keepAndClose(50);
        Path file = files().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        byte[] id = ByteBuffer.allocate(8)
                .putLong(all.get(20).id().getLeastSignificantBits())
                .array();
        bytes[indexOf(bytes, id)] ^= 1;
        Files.write(file, bytes);
        try (ChronicleTraces log = open(() -> AMPLE)) {
            List<LookupRecord> left = new ArrayList<>(all);
            left.remove(20);
            assertThat(walk(log, Filter.ALL, 64)).isEqualTo(newestFirst(left));
            assertThat(log.counts().skipped()).isEqualTo(1);
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    /** What the queue itself would wait for, or not open at all. */
    @Test
    void no_damage_keeps_the_log_from_being_written() throws Exception {
        Path traces = Files.createDirectory(temp.resolve("traces"));
        Files.write(traces.resolve("metadata.cq4t"), new byte[0]);
        Files.write(traces.resolve("20251124-16F.cq4"), new byte[1 << 20]);
        Files.write(traces.resolve("20251124-15F.cq4"), "nonsense".getBytes(StandardCharsets.UTF_8));
        Files.write(traces.resolve("20251124-14F.cq4"), new byte[0]);
        Files.createDirectory(traces.resolve("20251124-13F.cq4.r1"));
        try (ChronicleTraces log = open(() -> AMPLE)) {
            List<LookupRecord> all = keepSome(log, 10);
            assertThat(walk(log, Filter.ALL, 4)).isEqualTo(newestFirst(all));
            assertThat(log.counts().dropped()).isZero();
        }
    }

    @Test
    void hours_that_are_over_are_given_up() throws Exception {
        TraceLimits threeHours = new TraceLimits(3, 1L << 30, 1L << 40, DiskReserve.none());
        List<LookupRecord> all = new ArrayList<>();
        try (ChronicleTraces log = open(() -> threeHours)) {
            for (int hour = 0; hour < 6; hour++) {
                millis.set(T0 + hour * HOUR);
                LookupRecord lookup = random.lookup(millis.get());
                all.add(lookup);
                log.keep(lookup);
                assertThat(log.get(lookup.id())).contains(lookup);
            }
            assertThat(walk(log, Filter.ALL, 9)).isEqualTo(newestFirst(all.subList(2, 6)));
            assertThat(files()).hasSize(4);
            assertThat(log.get(all.get(1).id())).isEmpty();
            assertThat(log.get(all.get(2).id())).contains(all.get(2));
        }
        millis.set(T0 + 8 * HOUR);
        try (ChronicleTraces log = open(() -> threeHours)) {
            assertThat(walk(log, Filter.ALL, 9)).containsExactly(all.get(5));
        }
    }

    @Test
    void the_oldest_hours_make_room_for_the_newest() throws Exception {
        TraceLimits small = new TraceLimits(24, 2 << 20, 1L << 40, DiskReserve.none());
        try (ChronicleTraces log = open(() -> small)) {
            for (int hour = 0; hour < 8; hour++) {
                millis.set(T0 + hour * HOUR);
                keepSlowly(log, 400);
                assertThat(log.counts().bytes()).isLessThanOrEqualTo(2 << 20);
            }
            assertThat(log.counts().dropped()).isZero();
            assertThat(files()).hasSizeBetween(2, 5);
            assertThat(log.page(Filter.ALL, 1).lookups()).hasSize(1);
        }
    }

    @Test
    void an_hour_that_fills_all_there_is_ends_early() throws Exception {
        TraceLimits tiny = new TraceLimits(24, 300_000, 1L << 40, DiskReserve.none());
        try (ChronicleTraces log = open(() -> tiny)) {
            keepSlowly(log, 400);
            TraceLog.Counts counts = log.counts();
            assertThat(counts.dropped()).isPositive();
            assertThat(counts.kept() + counts.dropped()).isEqualTo(400);
            assertThat(counts.bytes()).isLessThanOrEqualTo(300_000);
            millis.addAndGet(HOUR);
            LookupRecord next = random.lookup(millis.get());
            log.keep(next);
            assertThat(log.get(next.id())).isPresent();
        }
    }

    /** So slowly that none is refused at the door. */
    private void keepSlowly(TraceLog log, int count) {
        for (int i = 0; i < count; i++) {
            log.keep(random.lookup(millis.get() + i));
            if (i % 100 == 99) {
                assertThat(log.counts().kept()).isPositive();
            }
        }
    }

    @Test
    void what_is_over_the_rate_is_dropped_and_counted() {
        TraceLimits slow = new TraceLimits(24, 1L << 30, 5_000, DiskReserve.none());
        try (ChronicleTraces log = open(() -> slow)) {
            keepSlowly(log, 400);
            TraceLog.Counts first = log.counts();
            assertThat(first.dropped()).isPositive();
            assertThat(first.kept() + first.dropped()).isEqualTo(400);
            assertThat(walk(log, Filter.ALL, 50)).hasSize((int) first.kept());
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(RateBudget.BURST_SECONDS));
            LookupRecord next = random.lookup(T0 + 1_000);
            log.keep(next);
            assertThat(log.get(next.id())).contains(next);
        }
    }

    /** Renewing what a node announces must not leave the finds of its users without a trace. */
    @Test
    void what_nobody_waited_for_leaves_the_finds_their_rate() {
        TraceLimits slow = new TraceLimits(24, 1L << 30, 5_000, DiskReserve.none());
        try (ChronicleTraces log = open(() -> slow)) {
            for (int i = 0; i < 400; i++) {
                log.keep(by(LookupRecord.Asker.REPUBLISH, millis.get() + i));
                if (i % 100 == 99) {
                    assertThat(log.counts().kept()).isPositive();
                }
            }
            long ofNobody = log.counts().kept();
            assertThat(ofNobody).isLessThan(400);
            assertThat(log.counts().dropped()).as("a sample will do").isZero();
            for (int i = 0; i < 5; i++) {
                log.keep(by(LookupRecord.Asker.HTTP, millis.get() + 1_000 + i));
            }
            assertThat(log.counts().kept()).isEqualTo(ofNobody + 5);
        }
    }

    private LookupRecord by(LookupRecord.Asker asker, long at) {
        LookupRecord l = random.lookup(at);
        return new LookupRecord(
                l.id(),
                l.startedAtMillis(),
                l.operation(),
                asker,
                l.target(),
                l.text(),
                l.outcome(),
                l.hops(),
                l.messages(),
                l.hedges(),
                l.known(),
                l.tookNanos(),
                l.deadlineNanos(),
                l.legs());
    }

    @Test
    void the_journals_reserve_is_left_alone() {
        AtomicLong reserve = new AtomicLong(1L << 60);
        Supplier<TraceLimits> limits = () -> new TraceLimits(24, 1L << 30, 1L << 40, new DiskReserve(reserve.get()));
        try (ChronicleTraces log = open(limits)) {
            keepSome(log, 5);
            assertThat(log.counts().dropped()).isEqualTo(5);
            reserve.set(0);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            keepSome(log, 5);
            assertThat(log.counts().kept()).isEqualTo(5);
        }
    }

    @Test
    void a_directory_that_comes_back_is_taken_up_again() throws Exception {
        Path gone = temp.resolve("gone");
        try (ChronicleTraces log = open(gone.resolve("traces"), () -> AMPLE)) {
            keepSome(log, 5);
            assertThat(log.counts().dropped()).isEqualTo(5);
            Files.createDirectory(gone);
            keepSome(log, 5);
            assertThat(log.counts().dropped()).isEqualTo(10);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            keepSome(log, 5);
            assertThat(log.counts().kept()).isEqualTo(5);
        }
    }

    /** The writer is held; whoever looks up must not notice. */
    @Test
    void keeping_never_waits() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        Supplier<TraceLimits> limits = () -> {
            if (Thread.currentThread().getName().equals("traces")) {
                reached.countDown();
                await(held);
            }
            return AMPLE;
        };
        try (ChronicleTraces log = open(limits)) {
            int count = 3 * ChronicleTraces.QUEUE_CAPACITY;
            List<LookupRecord> lookups =
                    Stream.generate(() -> random.lookup(T0)).limit(count).toList();
            Thread keeper = Thread.ofPlatform().start(() -> lookups.forEach(log::keep));
            try {
                assertThat(keeper.join(PATIENCE)).as("all were kept or dropped").isTrue();
                assertThat(reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            } finally {
                held.countDown();
            }
            TraceLog.Counts counts = log.counts();
            assertThat(counts.kept() + counts.dropped()).isEqualTo(count);
            assertThat(counts.kept()).isBetween(1L, 2L * ChronicleTraces.QUEUE_CAPACITY);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A clock set back makes ids older than the file they are in. */
    @Test
    void a_clock_that_was_set_back_hides_nothing() {
        millis.set(T0 + 5 * HOUR);
        try (ChronicleTraces log = open(() -> AMPLE)) {
            List<LookupRecord> all = keepSome(log, 20);
            assertThat(walk(log, Filter.ALL, 7)).isEqualTo(newestFirst(all));
            assertThat(log.get(all.getFirst().id())).contains(all.getFirst());
        }
    }
}
