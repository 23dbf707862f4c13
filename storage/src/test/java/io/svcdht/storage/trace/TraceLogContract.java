package io.svcdht.storage.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.testing.RandomTraces;
import io.svcdht.storage.trace.TraceLog.Filter;
import io.svcdht.storage.trace.TraceLog.Page;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every trace log promises; each adapter runs it. */
public abstract class TraceLogContract {
    protected static final long T0 = 1_764_000_000_000L;

    protected final RandomTraces random = new RandomTraces(7);
    private final List<TraceLog> opened = new ArrayList<>();

    /** An empty log with room for some thousand lookups, of any age, at any rate. */
    protected abstract TraceLog create() throws Exception;

    protected final TraceLog log() throws Exception {
        TraceLog log = create();
        opened.add(log);
        return log;
    }

    @AfterEach
    void closeLogs() {
        opened.forEach(TraceLog::close);
    }

    /** One every 10 ms. */
    protected final List<LookupRecord> keepSome(TraceLog log, int count) {
        List<LookupRecord> all = IntStream.range(0, count)
                .mapToObj(i -> random.lookup(T0 + i * 10L))
                .toList();
        all.forEach(log::keep);
        return all;
    }

    protected static List<LookupRecord> newestFirst(List<LookupRecord> lookups) {
        List<LookupRecord> reversed = new ArrayList<>(lookups);
        Collections.reverse(reversed);
        return reversed;
    }

    /** All pages, one after the other, as a client would walk them. */
    protected static List<LookupRecord> walk(TraceLog log, Filter filter, int limit) {
        List<LookupRecord> all = new ArrayList<>();
        Filter next = filter;
        while (true) {
            Page page = log.page(next, limit);
            assertThat(page.lookups()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.lookups());
            if (page.next() == null) {
                return all;
            }
            next = filter.olderThan(page.next());
        }
    }

    @Test
    void what_was_kept_is_told_to_the_letter() throws Exception {
        TraceLog log = log();
        for (LookupRecord lookup : keepSome(log, 300)) {
            assertThat(log.get(lookup.id())).contains(lookup);
        }
        assertThat(log.get(random.id(T0))).isEmpty();
        assertThat(log.counts().kept()).isEqualTo(300);
        assertThat(log.counts().dropped()).isZero();
        assertThat(log.counts().bytes()).isPositive();
    }

    @Test
    void nothing_is_an_answer() throws Exception {
        TraceLog log = log();
        assertThat(log.page(Filter.ALL, 10)).isEqualTo(new Page(List.of(), 0, null));
        assertThat(log.failedPings(10)).isEmpty();
        assertThat(log.get(random.id(T0))).isEmpty();
    }

    @Test
    void pages_go_from_the_newest_to_the_oldest_without_a_gap() throws Exception {
        TraceLog log = log();
        List<LookupRecord> all = newestFirst(keepSome(log, 700));
        assertThat(log.page(Filter.ALL, 5).lookups()).isEqualTo(all.subList(0, 5));
        assertThat(walk(log, Filter.ALL, 64)).isEqualTo(all);
        assertThat(walk(log, Filter.ALL, 700)).isEqualTo(all);
    }

    @Test
    void a_page_does_not_shift_under_what_comes_in() throws Exception {
        TraceLog log = log();
        List<LookupRecord> all = newestFirst(keepSome(log, 20));
        Page first = log.page(Filter.ALL, 5);
        log.keep(random.lookup(T0 + 5_000));
        assertThat(first.next()).isEqualTo(all.get(4).id());
        assertThat(log.page(Filter.ALL.olderThan(first.next()), 5).lookups()).isEqualTo(all.subList(5, 10));
    }

    @Test
    void a_filter_leaves_out_and_says_what_it_went_through() throws Exception {
        TraceLog log = log();
        Key wanted = random.key();
        LookupRecord slow = random.lookup(T0, LookupRecord.Outcome.DEADLINE, 2_000, wanted);
        LookupRecord quick = random.lookup(T0 + 10, LookupRecord.Outcome.FOUND, 3, wanted);
        LookupRecord other = random.lookup(T0 + 20, LookupRecord.Outcome.DEADLINE, 100, random.key());
        List.of(slow, quick, other).forEach(log::keep);
        assertThat(walk(log, new Filter(LookupRecord.Outcome.DEADLINE, 0, null, null), 9))
                .containsExactly(other, slow);
        assertThat(walk(log, new Filter(null, 100, null, null), 9)).containsExactly(other, slow);
        assertThat(walk(log, new Filter(null, 101, null, null), 9)).containsExactly(slow);
        assertThat(walk(log, new Filter(null, 0, wanted, null), 9)).containsExactly(quick, slow);
        assertThat(walk(log, new Filter(LookupRecord.Outcome.FOUND, 0, wanted, null), 9))
                .containsExactly(quick);
        for (LookupRecord.Operation wantedOp : LookupRecord.Operation.values()) {
            assertThat(walk(log, Filter.ALL.of(wantedOp), 9))
                    .containsExactlyElementsOf(List.of(other, quick, slow).stream()
                            .filter(l -> l.operation() == wantedOp)
                            .toList());
        }
        Page none = log.page(new Filter(LookupRecord.Outcome.NO_PEERS, 0, null, null), 9);
        assertThat(none).isEqualTo(new Page(List.of(), 3, null));
    }

    @Test
    void of_a_moment_it_shows_what_had_ended_by_then() throws Exception {
        TraceLog log = log();
        List<LookupRecord> all = newestFirst(keepSome(log, 40));
        for (int i = 0; i < all.size(); i += 7) {
            long until = all.get(i).finishedAtMillis();
            assertThat(walk(log, Filter.ALL.until(until), 6))
                    .containsExactlyElementsOf(all.stream()
                            .filter(l -> l.finishedAtMillis() <= until)
                            .toList());
        }
        assertThat(log.page(Filter.ALL.until(T0 - 1), 6).lookups()).isEmpty();
    }

    @Test
    void before_one_that_is_not_kept_there_is_nothing() throws Exception {
        TraceLog log = log();
        keepSome(log, 10);
        assertThat(log.page(Filter.ALL.olderThan(random.id(T0 + 50)), 5)).isEqualTo(new Page(List.of(), 0, null));
    }

    @Test
    void failed_pings_are_kept_between_lookups() throws Exception {
        TraceLog log = log();
        List<PingFailed> pings = new ArrayList<>();
        List<LookupRecord> lookups = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            PingFailed ping =
                    new PingFailed(new NodeId(random.key()), "10.0.0.%d:5302".formatted(i), T0 + i, 1 + i % 3, 1_500);
            pings.addFirst(ping);
            log.keep(ping);
            LookupRecord lookup = random.lookup(T0 + i);
            lookups.addFirst(lookup);
            log.keep(lookup);
        }
        assertThat(log.failedPings(100)).isEqualTo(pings);
        assertThat(log.failedPings(3)).isEqualTo(pings.subList(0, 3));
        assertThat(walk(log, Filter.ALL, 7)).isEqualTo(lookups);
    }

    @Test
    void any_thread_may_keep_and_read() throws Exception {
        TraceLog log = log();
        ConcurrentLinkedQueue<UUID> ids = new ConcurrentLinkedQueue<>();
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(t -> Thread.ofVirtual().start(() -> {
                    RandomTraces own = new RandomTraces(100 + t);
                    for (int i = 0; i < 100; i++) {
                        LookupRecord lookup = own.lookup(T0 + i);
                        log.keep(lookup);
                        ids.add(lookup.id());
                        if (i % 25 == 0 && !log.get(lookup.id()).equals(java.util.Optional.of(lookup))) {
                            ids.add(own.id(0));
                        }
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(walk(log, Filter.ALL, 50))
                .extracting(LookupRecord::id)
                .containsExactlyInAnyOrderElementsOf(ids)
                .hasSize(400);
    }

    @Test
    void what_comes_after_the_end_is_dropped() throws Exception {
        TraceLog log = log();
        log.close();
        log.keep(random.lookup(T0));
        assertThat(log.counts().kept()).isZero();
        assertThat(log.counts().dropped()).isEqualTo(1);
    }
}
