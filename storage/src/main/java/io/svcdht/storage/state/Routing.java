package io.svcdht.storage.state;

import io.svcdht.storage.event.DhtEvent.BucketRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactAdded;
import io.svcdht.storage.event.DhtEvent.ContactEvicted;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.DhtEvent.ContactReplaced;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerDiscovered;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The journaled part of the routing table: who is in which bucket and in what order, and what is banned. What was only
 * observed (round trips, failures, last seen) is not here and is lost at a restart.
 *
 * <p>A value: each event gives another one, so that any thread may read the one it holds. A table has some twenty
 * buckets of some twenty contacts, and at most a few events a second; copying one bucket's references is cheap.
 */
public final class Routing {
    /** Nobody known, nothing banned. */
    public static final Routing NONE =
            new Routing(null, Collections.emptyNavigableMap(), Collections.emptyNavigableMap(), DenyList.NOTHING);

    private final @Nullable NodeId self;
    private final NavigableMap<Integer, List<Known>> buckets;
    private final NavigableMap<String, Ban> bans;
    private final DenyList denied;

    /**
     * A contact in the table.
     *
     * @param verified whether it answered since the node started
     */
    public record Known(Contact contact, boolean verified) {}

    /** Something banned, and why. */
    public record Ban(Banned what, String reason) {}

    private Routing(
            @Nullable NodeId self,
            NavigableMap<Integer, List<Known>> buckets,
            NavigableMap<String, Ban> bans,
            DenyList denied) {
        this.self = self;
        this.buckets = buckets;
        this.bans = bans;
        this.denied = denied;
    }

    /**
     * Contacts and bans that were written down.
     *
     * @param self whose table it is, null = before the first start
     * @param events as {@link #asEvents} gave them
     */
    public static Routing of(@Nullable NodeId self, List<RoutingEvent> events) {
        Routing routing =
                new Routing(self, Collections.emptyNavigableMap(), Collections.emptyNavigableMap(), DenyList.NOTHING);
        for (RoutingEvent event : events) {
            routing = routing.after(event);
        }
        return routing;
    }

    /** The events that would make it, from nothing. */
    public List<RoutingEvent> asEvents() {
        List<RoutingEvent> events = new ArrayList<>();
        contacts().forEach(known -> events.add(new ContactAdded(known.contact(), known.verified())));
        bans().forEach(ban -> events.add(new PeerBanned(ban.what(), ban.reason())));
        return events;
    }

    /** All contacts, by bucket from the widest to the nearest, each from the longest unheard of to the latest. */
    public List<Known> contacts() {
        return buckets.values().stream().flatMap(List::stream).toList();
    }

    /** The contacts whose ids share exactly so many leading bits with ours, the longest unheard of first. */
    public List<Known> bucket(int bucket) {
        return buckets.getOrDefault(bucket, List.of());
    }

    public Optional<Known> of(NodeId node) {
        List<Known> bucket = bucket(bucketOf(node));
        int at = indexOf(bucket, node);
        return at < 0 ? Optional.empty() : Optional.of(bucket.get(at));
    }

    /** What is banned, in the order of its text. */
    public Collection<Ban> bans() {
        return bans.values();
    }

    public boolean isBanned(Banned what) {
        return bans.containsKey(what.text());
    }

    /** The ban of it, if there is one. */
    public Optional<Ban> ban(Banned what) {
        return Optional.ofNullable(bans.get(what.text()));
    }

    /** The bans, to be asked what they refuse; the same object as long as they stay the same. */
    public DenyList denied() {
        return denied;
    }

    /** Neither contacts nor bans. */
    public boolean isEmpty() {
        return buckets.isEmpty() && bans.isEmpty();
    }

    /** Length of the common prefix with our id, 0 … 255; 256 for our own. Before the first start we are all zeros. */
    public int bucketOf(NodeId node) {
        Key a = node.key();
        NodeId me = self;
        Key b = me == null ? new Key(0, 0, 0, 0) : me.key();
        long[] distance = {a.w0() ^ b.w0(), a.w1() ^ b.w1(), a.w2() ^ b.w2(), a.w3() ^ b.w3()};
        for (int i = 0; i < 4; i++) {
            if (distance[i] != 0) {
                return 64 * i + Long.numberOfLeadingZeros(distance[i]);
            }
        }
        return 256;
    }

    /** After a start nobody counts as verified: who answered the run before may be gone. */
    Routing startedAs(NodeId id) {
        if (buckets.isEmpty() && id.equals(self)) {
            return this;
        }
        Routing fresh = new Routing(id, Collections.emptyNavigableMap(), bans, denied);
        for (Known known : contacts()) {
            fresh = fresh.with(new Known(known.contact(), false));
        }
        return fresh;
    }

    /** What the event makes of it; an event about somebody who is not there changes nothing. */
    Routing after(RoutingEvent event) {
        return switch (event) {
            case ContactAdded e -> with(new Known(e.contact(), e.verified()));
            case ContactRefreshed e -> refreshed(e.nodes());
            case ContactEvicted e -> without(e.node());
            case ContactReplaced e -> without(e.node()).with(new Known(e.by(), e.verified()));
            case PeerBanned e -> banned(e.what(), new Ban(e.what(), e.reason()));
            case PeerUnbanned e -> banned(e.what(), null);
            case BucketRefreshed e -> this;
            case DiscoveryRecordPublished e -> this;
            case PeerDiscovered e -> this;
        };
    }

    private Routing with(Known known) {
        NodeId node = known.contact().id();
        int bucket = bucketOf(node);
        List<Known> next = new ArrayList<>(bucket(bucket));
        next.removeIf(k -> k.contact().id().equals(node));
        next.add(known);
        return with(bucket, next);
    }

    private Routing without(NodeId node) {
        int bucket = bucketOf(node);
        List<Known> next = new ArrayList<>(bucket(bucket));
        return next.removeIf(k -> k.contact().id().equals(node)) ? with(bucket, next) : this;
    }

    private Routing refreshed(List<NodeId> nodes) {
        Routing next = this;
        for (NodeId node : nodes) {
            Optional<Known> known = next.of(node);
            if (known.isPresent()) {
                next = next.with(new Known(known.get().contact(), true));
            }
        }
        return next;
    }

    private Routing with(int bucket, List<Known> contacts) {
        NavigableMap<Integer, List<Known>> next = new TreeMap<>(buckets);
        if (contacts.isEmpty()) {
            next.remove(bucket);
        } else {
            next.put(bucket, List.copyOf(contacts));
        }
        return new Routing(self, Collections.unmodifiableNavigableMap(next), bans, denied);
    }

    private Routing banned(Banned what, @Nullable Ban ban) {
        NavigableMap<String, Ban> next = new TreeMap<>(bans);
        if (ban == null) {
            next.remove(what.text());
        } else {
            next.put(what.text(), ban);
        }
        DenyList refused = DenyList.of(next.values().stream().map(Ban::what).toList());
        return new Routing(self, buckets, Collections.unmodifiableNavigableMap(next), refused);
    }

    private static int indexOf(List<Known> bucket, NodeId node) {
        for (int i = 0; i < bucket.size(); i++) {
            if (bucket.get(i).contact().id().equals(node)) {
                return i;
            }
        }
        return -1;
    }
}
