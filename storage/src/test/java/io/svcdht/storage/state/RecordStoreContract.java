package io.svcdht.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.testing.PlainStore;
import io.svcdht.storage.testing.RandomEvents;
import io.svcdht.storage.testing.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store of records does, whatever it is made of. */
public abstract class RecordStoreContract {
    private static final long T0 = 1_700_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final Key KEY = new Key(1, 2, 3, 4);
    private static final NodeId NODE = new NodeId(new Key(5, 6, 7, 8));
    private static final NodeId OTHER = new NodeId(new Key(5, 6, 7, 9));
    private static final Comparator<StoredRecord> IN_A_FILE = Comparator.<StoredRecord, NodeId>comparing(
                    r -> r.record().publisher())
            .thenComparing(r -> r.record().locator());

    private RecordStore store;

    /** A new and empty one. */
    protected abstract RecordStore create() throws Exception;

    /** Throws if its parts do not agree with each other. */
    protected abstract void checkInvariants(RecordStore store);

    /**
     * A store of this kind with the records of the state, where it can also begin with a state that was written down
     * before; the old one is done with then.
     */
    protected Optional<RecordStore> over(State state) throws Exception {
        return Optional.empty();
    }

    /** How many records are asked for at once where all are wanted. */
    protected int pageSize() {
        return 100;
    }

    @BeforeEach
    void open() throws Exception {
        store = create();
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private static ProviderRecord record(Key key, NodeId publisher, String locator, int ttl, long issuedAt) {
        return new ProviderRecord(ContentId.of(key), publisher, locator, List.of(), ttl, issuedAt);
    }

    // --- random runs -------------------------------------------------------------------------------------------------

    /** Two stores fed with the same events; the second is the naive one. */
    private final class Pair {
        private final RandomEvents values;
        private final RandomGenerator random;
        private PlainStore model = new PlainStore();
        private State ours;
        private State theirs = new State(model);
        /** The past expires nothing by itself: what is due is told by the other one then. */
        private boolean ofThePast;

        private final List<Key> keys = new ArrayList<>();
        private final List<NodeId> nodes = new ArrayList<>();
        private final LiveHolders found = new LiveHolders();
        private final String what;
        private long now = T0;
        private long position;

        Pair(RecordStore store, long seed, int keyCount, boolean common) {
            ours = new State(store);
            values = new RandomEvents(seed);
            random = values.random();
            what = "seed " + seed;
            for (int i = 0; i < keyCount; i++) {
                Key k = values.key();
                // Keys that somebody chose: alike in all but a few bits, at either end.
                keys.add(common ? new Key(7, 7, i % 3 == 0 ? k.w2() : 7, i % 2 == 0 ? k.w3() & 0xfff : k.w3()) : k);
            }
            for (int i = 0; i < 12; i++) {
                nodes.add(values.node());
            }
        }

        void fold(long cause, DhtEvent event) {
            position++;
            Fold.apply(ours, position, now, cause, event);
            Fold.apply(theirs, position, now, cause, event);
        }

        void step() {
            if (random.nextInt(16) == 0) {
                foresee();
            }
            now += random.nextInt(1_000) == 0 ? random.nextLong(30 * HOUR) : random.nextInt(40);
            if (random.nextInt(8) == 0) {
                expireDue();
            }
            Key key = keys.get(random.nextInt(keys.size()));
            List<StoredRecord> held = model.holdersOf(key).records();
            StoredRecord one = held.isEmpty() ? null : held.get(random.nextInt(held.size()));
            int dice = random.nextInt(100);
            if (one == null || dice < 30) {
                announce(key);
            } else if (dice < 65) {
                fold(one.position(), new DhtEvent.ProviderRefreshed(key, values.ttl(), now - random.nextInt(5_000)));
            } else if (dice < 80) {
                fold(one.position(), new DhtEvent.ProviderWithdrawn(key, now, now + random.nextLong(60 * HOUR)));
            } else if (dice < 97) {
                fold(one.position(), new DhtEvent.ProviderExpired(key));
            } else {
                fold(random.nextLong(position + 1), values.any());
            }
        }

        /** Whatever is told ahead, and whether it comes or not, changes nothing. */
        private void foresee() {
            Key[] next = new Key[random.nextInt(70)];
            for (int i = 0; i < next.length; i++) {
                next[i] = random.nextInt(8) == 0 ? values.key() : keys.get(random.nextInt(keys.size()));
            }
            store.foresee(next, random.nextInt(next.length + 1));
        }

        private void announce(Key key) {
            ContentId cid = random.nextInt(5) == 0 ? new ContentId("b3:" + random.nextInt(9), key) : ContentId.of(key);
            List<String> addrs = random.nextInt(5) == 0 ? List.of("/ip4/192.0.2.1", values.text()) : List.of();
            String locator =
                    random.nextBoolean() ? "" : random.nextInt(9) == 0 ? strange() : "local://" + random.nextInt(6);
            NodeId publisher = nodes.get(random.nextInt(random.nextInt(nodes.size()) + 1));
            int ttl = random.nextInt(3) == 0 ? values.ttl() : 1 + random.nextInt(120);
            fold(0, new DhtEvent.ProviderAnnounced(new ProviderRecord(cid, publisher, locator, addrs, ttl, now)));
        }

        /** Also a node's id: what an answer shows for a record without a locator. */
        private String strange() {
            return random.nextBoolean()
                    ? values.text()
                    : nodes.get(random.nextInt(nodes.size())).text();
        }

        /** Goes on over a state that was written down, whose records of a key are in order of publisher and locator. */
        void goOnOver() throws Exception {
            Optional<RecordStore> next = over(ours);
            if (next.isEmpty()) {
                return;
            }
            store = next.get();
            ofThePast = true;
            PlainStore sorted = new PlainStore();
            model.forEach(h -> h.records().stream().sorted(IN_A_FILE).forEach(sorted::restore));
            model = sorted;
            ours = copy(store, ours);
            theirs = copy(model, theirs);
            compare();
        }

        private State copy(RecordStore of, State state) {
            return new State(
                    of, position, state.instantMillis(), state.node(), state.routing(), Roots.of(state.roots()));
        }

        void expireDue() {
            int limit = 1 + random.nextInt(200);
            List<StoredRecord> due = (ofThePast ? theirs : ours).due(now, limit);
            List<StoredRecord> all = theirs.due(now, Integer.MAX_VALUE);
            assertThat(due.size()).as(what).isEqualTo(Math.min(limit, all.size()));
            assertThat(due).as(what).isSortedAccordingTo(PlainStore.BY_END_THEN_POSITION);
            assertThat(new HashSet<>(all).containsAll(due)).as(what).isTrue();
            due.forEach(r -> fold(
                    r.position(), new DhtEvent.ProviderExpired(r.record().cid().key())));
        }

        void compare() {
            checkInvariants(store);
            assertThat(store.records()).as(what).isEqualTo(model.records());
            assertThat(store.tombstones()).as(what).isEqualTo(model.tombstones());
            assertThat(store.weight()).as(what).isEqualTo(model.weight());
            assertThat(store.contentIds()).as(what).isEqualTo(model.contentIds());
            assertThat(ours.digest()).as(what).isEqualTo(theirs.digest());
            for (Key key : keys) {
                Holders expected = model.holdersOf(key);
                assertThat(store.holdersOf(key)).as(what).isEqualTo(expected);
                assertThat(store.holders(key)).as(what).isEqualTo(expected.size());
                for (StoredRecord r : expected) {
                    ProviderRecord p = r.record();
                    assertThat(store.record(key, p.publisher(), p.locator()))
                            .as(what)
                            .isEqualTo(r);
                }
                assertThat(store.record(key, nodes.getFirst(), "nowhere")).isNull();
            }
            compareFinds();
            comparePages();
            compareWalk();
        }

        private void compareFinds() {
            for (Key key : keys) {
                long at = now + (random.nextInt(3) == 0 ? random.nextLong(-HOUR, HOUR) : 0);
                int limit = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1_000;
                List<Shown> expected = Shown.of(model.holdersOf(key), at, limit);
                assertThat(Shown.by(store, key, at, limit, found)).as(what).isEqualTo(expected);
                assertThat(Shown.by(model, key, at, limit, found)).as(what).isEqualTo(expected);
            }
        }

        private void comparePages() {
            for (int i = 0; i < 12; i++) {
                Key after = random.nextInt(4) == 0 ? null : keys.get(random.nextInt(keys.size()));
                int limit = random.nextInt(random.nextBoolean() ? 4 : 400);
                assertThat(store.page(after, limit)).as(what).isEqualTo(model.page(after, limit));
                NodeId node = nodes.get(random.nextInt(nodes.size()));
                assertThat(store.publishedBy(node, after, limit))
                        .as("%s, %s, after %s, limit %d", what, node, after, limit)
                        .isEqualTo(model.publishedBy(node, after, limit));
                long from = random.nextInt(4) == 0 ? 0 : now + random.nextLong(-3 * HOUR, 50 * HOUR);
                assertThat(store.byExpiry(from, -1, limit)).as(what).isEqualTo(model.byExpiry(from, -1, limit));
            }
            List<StoredRecord> paged = new ArrayList<>();
            for (List<StoredRecord> p = store.byExpiry(0, -1, pageSize());
                    !p.isEmpty();
                    p = store.byExpiry(p.getLast().endsAtMillis(), p.getLast().position(), pageSize())) {
                paged.addAll(p);
            }
            assertThat(paged).as(what).isEqualTo(model.byExpiry(0, -1, Integer.MAX_VALUE));
        }

        private void compareWalk() {
            TreeMap<Key, Holders> walked = new TreeMap<>();
            store.forEach(h -> assertThat(walked.put(h.key(), h)).as(what).isNull());
            assertThat(new ArrayList<>(walked.values())).as(what).isEqualTo(model.page(null, Integer.MAX_VALUE));
            List<Long> ends = new ArrayList<>();
            store.forEachEnd(ends::add);
            List<Long> those = walked.values().stream()
                    .flatMap(h -> h.records().stream())
                    .filter(r -> !r.tombstone())
                    .map(StoredRecord::endsAtMillis)
                    .sorted()
                    .toList();
            ends.sort(null);
            assertThat(ends).as(what).isEqualTo(those);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void a_hundred_thousand_random_events_leave_what_they_leave_in_a_naive_store(long seed) throws Exception {
        Pair pair = new Pair(store, seed, 5_000, false);
        run(pair, 100_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void keys_that_somebody_chose_to_be_alike_change_nothing(long seed) throws Exception {
        run(new Pair(store, seed, 6_000, true), 40_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void few_keys_with_many_providers_are_told_apart(long seed) throws Exception {
        run(new Pair(store, seed, 40, false), 20_000);
    }

    private void run(Pair pair, int events) throws Exception {
        while (pair.position < events / 2) {
            pair.step();
            if (pair.position % (events / 8) == 0) {
                pair.compare();
            }
        }
        pair.goOnOver();
        while (pair.position < events) {
            pair.step();
            if (pair.position % (events / 8) == 0) {
                pair.compare();
            }
        }
        pair.compare();
        pair.now += 400 * HOUR;
        while (store.records() + store.tombstones() > 0) {
            long before = pair.position;
            pair.expireDue();
            if (pair.position == before) {
                break;
            }
        }
        for (StoredRecord r : pair.model.byExpiry(0, -1, Integer.MAX_VALUE)) {
            pair.fold(
                    r.position(), new DhtEvent.ProviderExpired(r.record().cid().key()));
        }
        pair.compare();
        assertThat(store.contentIds()).isZero();
    }

    @Test
    void what_a_checkpoint_holds_is_taken_in_as_it_was() {
        Pair pair = new Pair(new PlainStore(), 31, 2_000, false);
        while (pair.position < 20_000) {
            pair.step();
        }
        pair.model.forEach(h -> h.forEach(store::restore));
        State restored = new State(
                store,
                pair.position,
                pair.now,
                pair.theirs.node(),
                pair.theirs.routing(),
                Roots.of(pair.theirs.roots()));

        checkInvariants(store);
        assertThat(restored.digest()).isEqualTo(pair.theirs.digest());
        assertThat(store.page(null, Integer.MAX_VALUE)).isEqualTo(pair.model.page(null, Integer.MAX_VALUE));
        assertThat(restored.due(pair.now + 10 * HOUR, 1_000)).isEqualTo(pair.theirs.due(pair.now + 10 * HOUR, 1_000));
        assertThat(restored.position()).isEqualTo(pair.position);
    }

    // --- single rules ------------------------------------------------------------------------------------------------

    @Test
    void key_publisher_and_locator_are_the_identity() {
        store.announce(1, record(KEY, NODE, "a", 600, T0));
        store.announce(2, record(KEY, NODE, "b", 600, T0));
        store.announce(3, record(KEY, OTHER, "a", 600, T0));
        store.announce(4, record(KEY, NODE, "", 600, T0));
        store.announce(5, record(KEY, NODE, "a", 60, T0 + 1));

        assertThat(store.holdersOf(KEY)).extracting(StoredRecord::position).containsExactly(5L, 2L, 3L, 4L);
        assertThat(store.records()).isEqualTo(4);
        assertThat(store.record(KEY, NODE, "a").endsAtMillis()).isEqualTo(T0 + 60_001);
        assertThat(store.record(KEY, NODE, "c")).isNull();
        assertThat(store.record(KEY, new NodeId(KEY), "a")).isNull();
        checkInvariants(store);
    }

    @Test
    void a_tombstone_is_kept_withdrawn_again_and_announced_again() {
        store.announce(1, record(KEY, NODE, "a", 600, T0));
        store.withdraw(KEY, 1, 2, T0 + 10, T0 + 900_000);
        store.refresh(KEY, 2, 3, 600, T0 + 20);
        StoredRecord tombstone = store.record(KEY, NODE, "a");
        assertThat(tombstone).isEqualTo(new StoredRecord(record(KEY, NODE, "a", 600, T0 + 10), 2, T0 + 900_000, true));
        store.withdraw(KEY, 2, 4, T0 + 30, T0 + 950_000);
        assertThat(store.record(KEY, NODE, "a").endsAtMillis()).isEqualTo(T0 + 950_000);
        assertThat(store.tombstones()).isEqualTo(1);
        assertThat(store.records()).isZero();
        checkInvariants(store);

        store.announce(5, record(KEY, NODE, "a", 60, T0 + 40));
        assertThat(store.holdersOf(KEY).aliveAt(T0 + 50)).hasSize(1);
        assertThat(store.tombstones()).isZero();
        checkInvariants(store);
    }

    @Test
    void what_refers_to_nothing_changes_nothing() {
        store.refresh(KEY, 0, 1, 600, T0);
        store.withdraw(KEY, 0, 2, T0, T0);
        store.expire(KEY, 0);
        store.announce(3, record(KEY, NODE, "a", 600, T0));
        Key digest = StateDigest.of(store, Routing.NONE, new Roots());
        store.refresh(KEY, 2, 4, 60, T0);
        store.withdraw(new Key(1, 2, 3, 5), 3, 5, T0, T0);
        store.expire(KEY, 4);

        assertThat(StateDigest.of(store, Routing.NONE, new Roots())).isEqualTo(digest);
        assertThat(store.records() + store.tombstones()).isEqualTo(1);
        checkInvariants(store);
    }

    @Test
    void extreme_values_come_back_as_they_were() {
        RandomEvents values = new RandomEvents(41);
        List<StoredRecord> all = new ArrayList<>();
        Set<Key> seen = new HashSet<>();
        for (int i = 1; i <= 2_000; i++) {
            ProviderRecord r = values.record();
            if (seen.add(r.cid().key())) {
                store.announce(i, r);
                all.add(new StoredRecord(r, i, r.expiresAtMillis(), false));
            }
        }
        for (StoredRecord r : all) {
            assertThat(store.holdersOf(r.record().cid().key())).as("seed 41").containsExactly(r);
        }
        checkInvariants(store);
        all.forEach(r -> store.expire(r.record().cid().key(), r.position()));
        assertThat(store.contentIds()).isZero();
        checkInvariants(store);
    }

    @Test
    void a_find_shows_each_node_once_however_its_records_spell_it() {
        store.announce(1, record(KEY, NODE, "", 600, T0));
        store.announce(2, record(KEY, OTHER, NODE.text(), 600, T0));
        store.announce(3, record(KEY, OTHER, "a", 600, T0));
        store.announce(4, record(KEY, NODE, "a", 600, T0));
        store.announce(5, record(KEY, OTHER, OTHER.text(), 600, T0));
        store.announce(6, record(KEY, OTHER, "", 600, T0));
        store.announce(7, record(KEY, NODE, "gone", 600, T0));
        store.withdraw(KEY, 7, 8, T0, T0 + HOUR);
        store.announce(9, record(KEY, NODE, "over", 1, T0));
        LiveHolders found = new LiveHolders();

        assertThat(Shown.by(store, KEY, T0 + 1_000, 9, found))
                .extracting(Shown::position)
                .containsExactly(1L, 3L, 5L);
        assertThat(Shown.by(store, KEY, T0 + 1_000, 2, found))
                .extracting(Shown::position)
                .containsExactly(1L, 3L);
        assertThat(Shown.by(store, KEY, T0 + HOUR, 9, found)).isEmpty();
    }

    @Test
    void the_answer_of_a_moment_does_not_change_afterwards() {
        store.announce(1, record(KEY, NODE, "a", 600, T0));
        Holders before = store.holdersOf(KEY);
        store.announce(2, record(KEY, NODE, "b", 600, T0));
        store.expire(KEY, 1);

        assertThat(before).extracting(r -> r.record().locator()).containsExactly("a");
        assertThat(store.holdersOf(KEY)).extracting(r -> r.record().locator()).containsExactly("b");
    }

    @Test
    void within_one_turn_of_the_wheel_the_earliest_go_first_also_under_a_limit() {
        RandomGenerator random = new RandomEvents(51).random();
        for (int i = 1; i <= 5_000; i++) {
            store.announce(i, record(new Key(i, 0, 0, 0), NODE, "", 1, T0 + random.nextLong(48 * HOUR)));
        }
        List<StoredRecord> all = new ArrayList<>();
        for (List<StoredRecord> due = store.due(T0 + 49 * HOUR, 100);
                !due.isEmpty();
                due = store.due(T0 + 49 * HOUR, 100)) {
            all.addAll(due);
            due.forEach(r -> store.expire(r.record().cid().key(), r.position()));
        }
        assertThat(all).hasSize(5_000).isSortedAccordingTo(PlainStore.BY_END_THEN_POSITION);
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64})
    void a_limit_splits_the_work_and_loses_nothing(long seed) {
        RandomGenerator random = new RandomEvents(seed).random();
        Set<Long> expected = new HashSet<>();
        long now = T0;
        long position = 0;
        for (int round = 0; round < 60; round++) {
            for (int i = random.nextInt(60); i > 0; i--) {
                // Up to 150 hours ago: more than one turn of the wheel.
                store.announce(
                        ++position, record(new Key(position, 0, 0, 0), NODE, "", 1, now - random.nextLong(150 * HOUR)));
                expected.add(position);
            }
            // A record lives a second at least.
            now += 1_000;
            int limit = 1 + random.nextInt(20);
            for (List<StoredRecord> due = store.due(now, limit); ; due = store.due(now, limit)) {
                assertThat(due).as("seed %d, round %d", seed, round).hasSizeLessThanOrEqualTo(limit);
                for (StoredRecord r : due) {
                    assertThat(expected.remove(r.position()))
                            .as("seed %d", seed)
                            .isTrue();
                    store.expire(r.record().cid().key(), r.position());
                }
                if (due.size() < limit) {
                    break;
                }
            }
            assertThat(expected)
                    .as("seed %d, round %d: left behind", seed, round)
                    .isEmpty();
            now += random.nextLong(round % 10 == 0 ? 80 * HOUR : 5_000);
        }
        checkInvariants(store);
    }

    @Test
    void ends_are_exact_to_the_millisecond_and_never_a_turn_too_early() {
        store.due(T0, 10);
        store.announce(1, record(KEY, NODE, "a", 1, T0 + 500));
        store.announce(2, record(KEY, NODE, "late", 1, T0 - 60_000));
        store.announce(3, record(KEY, NODE, "far", 5, T0 + (1L << 18) * 1_000));

        assertThat(store.due(T0 - 70_000, 10)).isEmpty();
        assertThat(store.due(T0 + 1_499, 10)).extracting(StoredRecord::position).containsExactly(2L);
        store.expire(KEY, 2);
        assertThat(store.due(T0 + 1_500, 10)).extracting(StoredRecord::position).containsExactly(1L);
        store.expire(KEY, 1);
        assertThat(store.due(T0 + 6_000, 10)).isEmpty();
        assertThat(store.due(T0 + 73 * HOUR, 10))
                .extracting(StoredRecord::position)
                .containsExactly(3L);
    }

    // --- readers beside the writer -----------------------------------------------------------------------------------

    /**
     * One writer changes records as fast as it can; every record's numbers and texts are made from its position, so
     * that a reader who saw half of one and half of another would find them at odds.
     */
    @Test
    void readers_never_see_half_a_record_and_miss_none_that_stays() throws Exception {
        int keyCount = 300;
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < keyCount; i++) {
            keys.add(new Key(i % 3 == 0 ? 0 : i * 0x9E3779B97F4A7C15L, i, 0, i));
        }
        long position = 0;
        for (Key key : keys) {
            store.announce(++position, told(key, "stays", position));
        }
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> readers = new ArrayList<>();
            readers.add(threads.submit(reader(done, () -> keys.forEach(k -> seen(store.holdersOf(k))))));
            LiveHolders found = new LiveHolders();
            readers.add(threads.submit(
                    reader(done, () -> keys.forEach(k -> told(Shown.by(store, k, 0, keyCount, found))))));
            readers.add(threads.submit(reader(done, () -> {
                assertThat(store.page(null, keyCount + 1)).hasSize(keyCount).allSatisfy(RecordStoreContract::seen);
                assertThat(store.publishedBy(NODE, null, keyCount + 1)).hasSize(keyCount);
                assertThat(store.publishedBy(NODE, null, 1)).hasSize(1);
            })));
            readers.add(threads.submit(reader(done, () -> {
                store.byExpiry(0, -1, keyCount / 2).forEach(RecordStoreContract::whole);
                store.forEach(RecordStoreContract::seen);
                int[] ends = new int[1];
                store.forEachEnd(end -> ends[0]++);
                assertThat(ends[0]).isGreaterThanOrEqualTo(keyCount);
            })));
            write(keys, position);
            done.set(true);
            for (Future<?> r : readers) {
                r.get(60, TimeUnit.SECONDS);
            }
        }
        checkInvariants(store);
    }

    /** How many events the writer makes beside the readers. */
    protected int raceEvents() {
        return 150_000;
    }

    private void write(List<Key> keys, long from) {
        RandomGenerator random = new RandomEvents(61).random();
        long position = from;
        long[] staying = new long[keys.size()];
        for (int i = 0; i < staying.length; i++) {
            staying[i] = i + 1L;
        }
        long[] coming = new long[keys.size()];
        for (long end = position + raceEvents(); position < end; ) {
            int i = random.nextInt(random.nextInt(keys.size()) + 1);
            Key key = keys.get(i);
            position++;
            switch (random.nextInt(4)) {
                case 0 -> {
                    store.announce(position, told(key, "stays", position));
                    staying[i] = position;
                }
                case 1 -> {
                    if (coming[i] > 0) {
                        store.expire(key, coming[i]);
                        coming[i] = 0;
                    }
                }
                default -> {
                    store.announce(position, told(key, "comes", position));
                    coming[i] = position;
                }
            }
        }
    }

    private static Callable<Void> reader(AtomicBoolean done, Runnable look) {
        return () -> {
            do {
                look.run();
            } while (!done.get());
            return null;
        };
    }

    private static ProviderRecord told(Key key, String locator, long position) {
        return new ProviderRecord(
                new ContentId(("own " + position).repeat((int) (position % 5) + 1), key),
                position % 2 == 0 || locator.equals("stays") ? NODE : OTHER,
                locator,
                List.of("at " + position),
                1 + (int) (position % 1_000),
                position);
    }

    private static void seen(Holders holders) {
        assertThat(holders.records()).anyMatch(r -> r.record().locator().equals("stays"));
        holders.forEach(RecordStoreContract::whole);
        holders.forEach(r -> assertThat(r.record().cid().key()).isEqualTo(holders.key()));
    }

    private static void told(List<Shown> shown) {
        assertThat(shown).anyMatch(h -> h.locator().equals("stays"));
        for (Shown h : shown) {
            ProviderRecord p = told(KEY, h.locator(), h.position());
            assertThat(h)
                    .isEqualTo(new Shown(
                            p.publisher(),
                            p.locator(),
                            p.addrs(),
                            p.ttlSeconds(),
                            p.issuedAtMillis(),
                            p.expiresAtMillis(),
                            h.position()));
        }
    }

    private static void whole(StoredRecord r) {
        ProviderRecord p = r.record();
        assertThat(p).isEqualTo(told(p.cid().key(), p.locator(), r.position()));
        assertThat(r.endsAtMillis()).isEqualTo(p.expiresAtMillis());
    }
}
