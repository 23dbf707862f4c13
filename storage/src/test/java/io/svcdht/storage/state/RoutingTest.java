package io.svcdht.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.RandomEvents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
    private static final long T0 = 1_700_000_000_000L;
    private static final NodeId SELF = new NodeId(new Key(1, 0, 0, 0));
    private static final PeerAddress HERE = PeerAddress.parse("192.0.2.1:5302");

    private final State state = new State(new HeapStore());
    private long position;

    @BeforeEach
    void start() {
        fold(new DhtEvent.NodeStarted(SELF, 1, "1"));
    }

    private void fold(DhtEvent event) {
        Fold.apply(state, ++position, T0 + position, 0, event);
    }

    private static Contact contact(int n) {
        return new Contact(NodeKeys.classical(new Key(n, n, n, n)), List.of(HERE), n);
    }

    /** Contacts of bucket 0, so many. */
    private static List<Contact> farAway(int n) {
        List<Contact> far = new ArrayList<>();
        for (int i = 1; far.size() < n; i++) {
            if (contact(i).id().key().w0() < 0) {
                far.add(contact(i));
            }
        }
        return far;
    }

    private List<NodeId> bucket(int bucket) {
        return state.routing().bucket(bucket).stream()
                .map(k -> k.contact().id())
                .toList();
    }

    private static NodeId[] ids(Contact... contacts) {
        return java.util.Arrays.stream(contacts).map(Contact::id).toArray(NodeId[]::new);
    }

    @Test
    void a_bucket_keeps_the_longest_unheard_of_first() {
        List<Contact> far = farAway(3);
        far.forEach(c -> fold(new DhtEvent.ContactAdded(c, false)));
        assertThat(bucket(0)).containsExactly(ids(far.get(0), far.get(1), far.get(2)));

        fold(new DhtEvent.ContactRefreshed(
                0, List.of(far.get(1).id(), far.get(0).id())));
        assertThat(bucket(0)).containsExactly(ids(far.get(2), far.get(1), far.get(0)));
        assertThat(state.routing().of(far.get(1).id()).orElseThrow().verified()).isTrue();
        assertThat(state.routing().of(far.get(2).id()).orElseThrow().verified()).isFalse();
    }

    @Test
    void a_contact_added_again_moves_with_its_new_address() {
        List<Contact> far = farAway(2);
        far.forEach(c -> fold(new DhtEvent.ContactAdded(c, true)));
        Contact moved = far.getFirst().at(List.of(PeerAddress.parse("192.0.2.2:5302")), 5);
        fold(new DhtEvent.ContactAdded(moved, true));

        assertThat(bucket(0)).containsExactly(ids(far.get(1), moved));
        assertThat(state.routing().of(moved.id()).orElseThrow().contact()).isEqualTo(moved);
    }

    @Test
    void one_that_waited_takes_the_last_place() {
        List<Contact> far = farAway(3);
        fold(new DhtEvent.ContactAdded(far.get(0), true));
        fold(new DhtEvent.ContactAdded(far.get(1), true));
        fold(new DhtEvent.ContactReplaced(far.get(0).id(), EvictedFor.SILENCE, far.get(2), true));
        assertThat(bucket(0)).containsExactly(ids(far.get(1), far.get(2)));

        fold(new DhtEvent.ContactEvicted(far.get(1).id(), EvictedFor.BANNED));
        fold(new DhtEvent.ContactEvicted(far.get(2).id(), EvictedFor.SILENCE));
        assertThat(state.routing().contacts()).isEmpty();
        assertThat(state.routing().isEmpty()).isTrue();
    }

    @Test
    void after_a_start_nobody_is_verified_and_the_order_stays() {
        List<Contact> far = farAway(3);
        far.forEach(c -> fold(new DhtEvent.ContactAdded(c, true)));
        List<NodeId> before = bucket(0);
        Key digest = state.digest();

        fold(new DhtEvent.NodeStarted(SELF, 2, "1"));
        assertThat(bucket(0)).isEqualTo(before);
        assertThat(state.routing().contacts()).noneMatch(Routing.Known::verified);
        assertThat(state.digest()).isNotEqualTo(digest);
    }

    @Test
    void who_is_not_there_changes_nothing() {
        fold(new DhtEvent.ContactAdded(contact(1), true));
        Key digest = state.digest();
        fold(new DhtEvent.ContactEvicted(contact(2).id(), EvictedFor.SILENCE));
        fold(new DhtEvent.ContactRefreshed(9, List.of(contact(2).id())));
        fold(new DhtEvent.BucketRefreshed(3, 7));
        fold(new DhtEvent.KeyLearned(contact(2).keys(), null));
        fold(new DhtEvent.PeerUnbanned(Banned.parse("192.0.2.0/24")));
        assertThat(state.digest()).isEqualTo(digest);
    }

    @Test
    void bans_stand_until_they_are_lifted() {
        Key empty = state.digest();
        Banned block = Banned.parse("192.0.2.0/24");
        fold(new DhtEvent.PeerBanned(block, "scanner"));
        fold(new DhtEvent.PeerBanned(block, "a scanner"));
        assertThat(state.routing().bans()).containsExactly(new Routing.Ban(block, "a scanner"));
        assertThat(state.routing().isBanned(Banned.parse("192.0.2.0/24"))).isTrue();
        assertThat(state.digest()).isNotEqualTo(empty);
        fold(new DhtEvent.PeerUnbanned(block));
        assertThat(state.digest()).isEqualTo(empty);
    }

    @Test
    void without_routing_the_digest_is_what_it_was() {
        assertThat(state.digest().hex()).isEqualTo("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    }

    @Test
    void every_part_of_it_counts_in_the_digest() {
        Contact c = contact(1);
        NodeKeys hybrid = NodeKeys.of(c.keys().ed25519(), new Key(0, 0, 0, 1));
        List<DhtEvent> variants = List.of(
                new DhtEvent.ContactAdded(c, true),
                new DhtEvent.ContactAdded(c, false),
                new DhtEvent.ContactAdded(contact(2), true),
                new DhtEvent.ContactAdded(new Contact(hybrid, c.addrs(), c.asn()), true),
                new DhtEvent.ContactAdded(c.at(c.addrs(), 7), true),
                new DhtEvent.ContactAdded(c.at(List.of(PeerAddress.parse("192.0.2.1:5303")), c.asn()), true),
                new DhtEvent.PeerBanned(new Banned.Peer(c.id()), "a"),
                new DhtEvent.PeerBanned(new Banned.Peer(c.id()), "b"),
                new DhtEvent.PeerBanned(new Banned.Content(c.id().key()), "a"),
                new DhtEvent.PeerBanned(Banned.parse("0.0.0.0/0"), "a"),
                new DhtEvent.PeerBanned(Banned.parse("::/0"), "a"));
        Set<Key> digests = new HashSet<>();
        for (DhtEvent event : variants) {
            State fresh = new State(new HeapStore());
            Fold.apply(fresh, 1, T0, 0, event);
            assertThat(digests.add(fresh.digest())).as("%s", event).isTrue();
        }
    }

    @Test
    void the_order_within_a_bucket_counts_in_the_digest() {
        List<Contact> far = farAway(2);
        far.forEach(c -> fold(new DhtEvent.ContactAdded(c, true)));
        Key digest = state.digest();
        fold(new DhtEvent.ContactRefreshed(0, List.of(far.getFirst().id())));
        assertThat(state.digest()).isNotEqualTo(digest);
        fold(new DhtEvent.ContactRefreshed(0, List.of(far.getLast().id())));
        assertThat(state.digest()).isEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void invariants_hold_after_every_random_event(long seed) {
        RandomEvents values = new RandomEvents(seed);
        List<NodeKeys> peers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            peers.add(values.keys());
        }
        for (int i = 0; i < 2_000; i++) {
            NodeKeys peer = peers.get(values.random().nextInt(peers.size()));
            DhtEvent event =
                    switch (values.random().nextInt(5)) {
                        case 0 -> new DhtEvent.ContactEvicted(peer.id(), values.evictedFor());
                        case 1 -> new DhtEvent.ContactRefreshed(0, List.of(peer.id()));
                        case 2 ->
                            new DhtEvent.ContactReplaced(
                                    peers.get(values.random().nextInt(40)).id(),
                                    values.evictedFor(),
                                    values.contact(peer),
                                    values.random().nextBoolean());
                        case 3 -> values.any();
                        default -> new DhtEvent.ContactAdded(values.contact(peer), false);
                    };
            fold(event);
            checkInvariants(seed, i);
        }
    }

    private void checkInvariants(long seed, int step) {
        Routing routing = state.routing();
        Set<NodeId> seen = new HashSet<>();
        for (int bucket = 0; bucket <= 256; bucket++) {
            for (Routing.Known known : routing.bucket(bucket)) {
                NodeId id = known.contact().id();
                assertThat(seen.add(id))
                        .as("seed %d, step %d: %s twice", seed, step, id)
                        .isTrue();
                assertThat(routing.bucketOf(id))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(bucket);
                assertThat(routing.of(id)).as("seed %d, step %d", seed, step).contains(known);
            }
        }
        assertThat(routing.contacts()).as("seed %d, step %d", seed, step).hasSameSizeAs(seen);
    }
}
