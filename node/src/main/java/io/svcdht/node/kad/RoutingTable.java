package io.svcdht.node.kad;

import io.svcdht.node.kad.Heard.Reason;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node knows: a bucket for each number of leading bits shared with its own id. Pure: time is a parameter,
 * pings are only asked for, and what changed is the answer. Membership is journaled by whoever calls; times, round trips
 * and failures are observations.
 *
 * @see <a href="https://pdos.csail.mit.edu/~petar/papers/maymounkov-kademlia-lncs.pdf">Kademlia, sections 2.2 to 2.4</a>
 */
public final class RoutingTable {
    private final Key self;
    private final TableRules rules;
    private final Lost lost = new Lost();
    /** By shared prefix; grows with the deepest one met, null where nobody was. */
    private @Nullable KBucket[] buckets = new KBucket[24];

    private int size;
    /** Which bucket's oldest member is checked next. */
    private int sweep;

    public RoutingTable(NodeId self, TableRules rules) {
        this.self = self.key();
        this.rules = rules;
    }

    public Key self() {
        return self;
    }

    /** Members of all buckets. */
    public int size() {
        return size;
    }

    /**
     * Word from a peer; see {@link Heard} for what it can lead to.
     *
     * @param answered whether the peer answered a request of ours and so proved its id and address
     * @param rttNanos how long that took, 0 = not measured
     */
    public Heard heard(Peer peer, boolean answered, long rttNanos, long nowNanos) {
        int prefix = Distance.commonPrefix(self, peer.key());
        if (prefix == Distance.BITS) {
            return new Heard.Refused(Reason.OURSELVES);
        }
        Heard heard = bucket(prefix).heard(peer, answered, rttNanos, nowNanos);
        if (heard instanceof Heard.Inserted) {
            size++;
        }
        return heard;
    }

    /** Whether the peer was among the lost ones; it is crossed off there. */
    public boolean returned(Peer peer) {
        return lost.found(peer.key());
    }

    /** A member as the journal remembers it: unverified until it answers. False if there is no place for it. */
    public boolean restore(Peer peer) {
        int prefix = Distance.commonPrefix(self, peer.key());
        boolean restored = prefix < Distance.BITS && bucket(prefix).restore(peer);
        size += restored ? 1 : 0;
        return restored;
    }

    /**
     * Learns anew whose the members and those who wait for a place are; nobody loses a place by it, but who comes next is
     * judged by it.
     *
     * @param judged the same peer with what is known now
     * @return members of whom something else is known now
     */
    public List<Peer> judgeAnew(UnaryOperator<Peer> judged) {
        List<Peer> changed = new ArrayList<>();
        for (KBucket bucket : buckets) {
            if (bucket != null) {
                bucket.replacements().forEach(m -> m.peer = judged.apply(m.peer));
                for (Member m : bucket.members()) {
                    Peer now = judged.apply(m.peer);
                    if (!now.equals(m.peer)) {
                        m.peer = now;
                        changed.add(now);
                    }
                }
            }
        }
        return changed;
    }

    /** How mixed each bucket is, from the widest to the deepest that has a member. */
    public List<BucketMix> mixes() {
        List<BucketMix> mixes = new ArrayList<>();
        for (int prefix = 0; prefix < depth(); prefix++) {
            KBucket bucket = existing(prefix);
            mixes.add(bucket == null ? BucketMix.EMPTY : bucket.mix());
        }
        return mixes;
    }

    /** A ping to the peer was not answered in time. */
    public Missed missed(NodeId id, long nowNanos) {
        KBucket bucket = existing(Distance.commonPrefix(self, id.key()));
        if (bucket == null) {
            return new Missed.Stranger();
        }
        Missed missed = bucket.missed(id.key());
        if (missed instanceof Missed.Evicted(Peer peer, Peer promoted)) {
            size -= promoted == null ? 1 : 0;
            lost.add(peer, nowNanos);
        }
        return missed;
    }

    /**
     * Takes out everybody this node is to have nothing to do with, those who wait for a place and the lost ones included.
     *
     * @return the members that went, with who came in their places
     */
    public List<Missed.Evicted> drop(Predicate<Peer> unwanted) {
        lost.drop(unwanted);
        List<Peer> gone = new ArrayList<>();
        for (KBucket bucket : buckets) {
            if (bucket != null) {
                bucket.replacements().stream()
                        .map(m -> m.peer)
                        .filter(unwanted)
                        .toList()
                        .forEach(p -> bucket.drop(p.key()));
                bucket.members().stream().map(m -> m.peer).filter(unwanted).forEach(gone::add);
            }
        }
        List<Missed.Evicted> evicted = new ArrayList<>(gone.size());
        for (Peer peer : gone) {
            Missed.Evicted change =
                    bucket(Distance.commonPrefix(self, peer.key())).drop(peer.key());
            if (change != null) {
                size -= change.promoted() == null ? 1 : 0;
                evicted.add(change);
            }
        }
        return evicted;
    }

    /**
     * Another request than a ping ran out. The peer is no longer passed on to others.
     *
     * @return whether it should be pinged, in a second: it is a member and not being pinged already
     */
    public boolean suspect(NodeId id) {
        KBucket bucket = existing(Distance.commonPrefix(self, id.key()));
        return bucket != null && bucket.suspect(id.key());
    }

    /**
     * The members closest to the target, closest first, over all buckets.
     *
     * @param count how many at most
     */
    public List<Peer> closest(Key target, int count) {
        return closest(target, count, false, self);
    }

    /** The same among those that answered, with nothing to the contrary since. */
    public List<Peer> closestAnswering(Key target, int count) {
        return closest(target, count, true, self);
    }

    /**
     * The same among those one may send others to: they answered, and nothing to the contrary was seen since.
     *
     * @param except who asks: nobody needs to be told of itself
     */
    public List<Peer> closestAnswering(Key target, int count, NodeId except) {
        return closest(target, count, true, except.key());
    }

    /*
     * A target that shares b bits with us: the members of bucket b are closest to it; then those of all later
     * buckets, which share b bits with it, in any order among themselves; then b-1, b-2, …, each farther than the one
     * before.
     */
    private List<Peer> closest(Key target, int count, boolean answering, Key except) {
        if (count < 1 || size == 0) {
            return List.of();
        }
        Closest closest = new Closest(target, Math.min(count, size));
        int own = Math.min(Distance.commonPrefix(self, target), buckets.length);
        offer(closest, own, answering, except);
        if (!closest.full()) {
            for (int b = own + 1; b < buckets.length; b++) {
                offer(closest, b, answering, except);
            }
        }
        for (int b = own - 1; b >= 0 && !closest.full(); b--) {
            offer(closest, b, answering, except);
        }
        return closest.list();
    }

    private void offer(Closest closest, int prefix, boolean answering, Key except) {
        KBucket bucket = existing(prefix);
        if (bucket == null) {
            return;
        }
        MemberList members = bucket.members();
        for (int i = 0; i < members.size(); i++) {
            if (closest.mayTake(members.word(i))) {
                boolean excepted =
                        members.word(i) == except.w0() && members.key(i).equals(except);
                if (!excepted && (answering ? members.answering(i) : !members.suspect(i))) {
                    closest.offer(members.get(i), members.word(i));
                }
            }
        }
    }

    /**
     * The member to check next: the least recently seen one of the next bucket, if it was silent for so long; null if
     * no bucket has one. Marks it as being pinged.
     */
    public @Nullable Peer nextToCheck(long silentNanos, long nowNanos) {
        for (int i = 0; i < buckets.length; i++) {
            sweep = (sweep + 1) % buckets.length;
            KBucket bucket = existing(sweep);
            if (bucket == null) {
                continue;
            }
            for (int j = 0; j < bucket.members().size(); j++) {
                Member m = bucket.members().get(j);
                if (m.heardAtNanos != Member.NEVER && nowNanos - m.heardAtNanos < silentNanos) {
                    break;
                }
                if (!m.probing) {
                    m.probing = true;
                    return m.peer;
                }
            }
        }
        return null;
    }

    /** A lost member worth another try, null if there is none. */
    public @Nullable Peer nextLost(long nowNanos) {
        return lost.next(nowNanos);
    }

    public int lostCount() {
        return lost.size();
    }

    /** What 95 of 100 round trips to the peer stay below, nanoseconds; 0 = it is no member or was never measured. */
    public long rttP95Nanos(NodeId id) {
        Member m = member(id.key());
        return m == null ? 0 : m.rttP95Nanos();
    }

    /** Past this the peer is slower than it usually is, nanoseconds; 0 = it is no member or was never measured. */
    public long rttSlowNanos(NodeId id) {
        Member m = member(id.key());
        return m == null ? 0 : m.rttSlowNanos();
    }

    /** Whether the peer is a member that was first heard so long ago or longer, in this run. */
    public boolean knownFor(NodeId id, long nanos, long nowNanos) {
        Member m = member(id.key());
        return m != null && m.sinceNanos != Member.NEVER && nowNanos - m.sinceNanos >= nanos;
    }

    /** Whether the peer is a member that was heard within this time. */
    public boolean heardWithin(NodeId id, long nanos, long nowNanos) {
        Member m = member(id.key());
        return m != null && m.heardAtNanos != Member.NEVER && nowNanos - m.heardAtNanos <= nanos;
    }

    public boolean contains(NodeId id) {
        return member(id.key()) != null;
    }

    /** The member of this id, null if it is none. */
    public @Nullable Peer find(NodeId id) {
        Member m = member(id.key());
        return m == null ? null : m.peer;
    }

    /** Whether the peer is a member one may send others to. */
    public boolean isAnswering(NodeId id) {
        Member m = member(id.key());
        return m != null && m.answering();
    }

    /** All members, by bucket, the least recently seen first. */
    public List<Sighting> sightings(long nowNanos) {
        List<Sighting> all = new ArrayList<>(size);
        for (int prefix = 0; prefix < buckets.length; prefix++) {
            KBucket bucket = existing(prefix);
            for (int i = 0; bucket != null && i < bucket.members().size(); i++) {
                Member m = bucket.members().get(i);
                all.add(new Sighting(
                        m.peer,
                        prefix,
                        m.answering(),
                        m.suspect,
                        m.heardAtNanos == Member.NEVER ? -1 : nowNanos - m.heardAtNanos,
                        m.rttNanos(),
                        m.failedPings));
            }
        }
        return all;
    }

    /** Members that answered in this run and are not under suspicion. */
    public int answering() {
        int count = 0;
        for (KBucket b : buckets) {
            for (int i = 0; b != null && i < b.members().size(); i++) {
                count += b.members().answering(i) ? 1 : 0;
            }
        }
        return count;
    }

    /** Members of the bucket with this prefix, least recently seen first. */
    public List<Peer> bucketMembers(int prefix) {
        KBucket bucket = existing(prefix);
        return bucket == null
                ? List.of()
                : bucket.members().stream().map(m -> m.peer).toList();
    }

    /** One more than the prefix of the deepest bucket with a member. */
    public int depth() {
        int depth = buckets.length;
        while (depth > 0 && bucketSize(depth - 1) == 0) {
            depth--;
        }
        return depth;
    }

    /**
     * How many nodes there are, from how close the closest few are: {@code n} peers within a share {@code d} of the key
     * space make about {@code n / d} nodes. Who knows fewer than k knows all there are, as far as anybody can tell: how
     * close one or two of them happen to be says nothing. 0 = nobody is known.
     */
    public long networkSize() {
        List<Peer> near = closest(self, rules.k());
        if (near.isEmpty()) {
            return 0;
        }
        if (near.size() < rules.k()) {
            return near.size() + 1L;
        }
        long farthest = (near.getLast().key().w0() ^ self.w0()) >>> 1;
        double share = Math.max(1.0, (double) farthest) / (double) Long.MAX_VALUE;
        return Math.max(near.size() + 1L, Math.round((double) near.size() / share));
    }

    /** Buckets with a member. */
    public int filledBuckets() {
        int filled = 0;
        for (int prefix = 0; prefix < buckets.length; prefix++) {
            filled += bucketSize(prefix) > 0 ? 1 : 0;
        }
        return filled;
    }

    public int bucketSize(int prefix) {
        KBucket bucket = existing(prefix);
        return bucket == null ? 0 : bucket.members().size();
    }

    private @Nullable Member member(Key key) {
        KBucket bucket = existing(Distance.commonPrefix(self, key));
        if (bucket == null) {
            return null;
        }
        int at = bucket.members().indexOf(key);
        return at < 0 ? null : bucket.members().get(at);
    }

    private @Nullable KBucket existing(int prefix) {
        return prefix < buckets.length ? buckets[prefix] : null;
    }

    private KBucket bucket(int prefix) {
        if (prefix >= buckets.length) {
            buckets = Arrays.copyOf(buckets, Math.min(Distance.BITS, Math.max(prefix + 1, buckets.length * 2)));
        }
        KBucket bucket = buckets[prefix];
        if (bucket == null) {
            bucket = new KBucket(prefix, rules);
            buckets[prefix] = bucket;
        }
        return bucket;
    }

    /**
     * What holds after every step.
     *
     * @throws IllegalStateException with the bucket and the rule it breaks
     */
    public void checkInvariants() {
        int counted = 0;
        for (int prefix = 0; prefix < buckets.length; prefix++) {
            KBucket bucket = buckets[prefix];
            if (bucket != null) {
                checkBucket(prefix, bucket);
                counted += bucket.members().size();
            }
        }
        int held = counted;
        require(held == size, () -> "the buckets hold %d members, the table counts %d".formatted(held, size));
    }

    private void checkBucket(int prefix, KBucket bucket) {
        int cached = bucket.replacements().size();
        require(bucket.members().size() <= rules.k(), () -> "bucket %d has %d members"
                .formatted(prefix, bucket.members().size()));
        require(cached <= rules.k(), () -> "bucket %d caches %d".formatted(prefix, cached));
        Set<Key> seen = new HashSet<>();
        checkOrder(prefix, bucket.members(), seen);
        checkOrder(prefix, bucket.replacements(), seen);
        for (Member m : bucket.members()) {
            require(m.failedPings < KBucket.PINGS_MAX, () -> "%s is still there".formatted(m.peer.id()));
        }
    }

    private void checkOrder(int prefix, MemberList list, Set<Key> seen) {
        long before = Member.NEVER;
        for (int i = 0; i < list.size(); i++) {
            Member m = list.get(i);
            checkStanding(list, i);
            int shared = Distance.commonPrefix(self, m.peer.key());
            require(shared == prefix, () -> "bucket %d has a peer that shares %d bits".formatted(prefix, shared));
            require(seen.add(m.peer.key()), () -> "bucket %d has %s twice".formatted(prefix, m.peer.id()));
            require(m.heardAtNanos >= before, () -> "bucket %d is not in order of time".formatted(prefix));
            before = m.heardAtNanos;
        }
    }

    private static void checkStanding(MemberList list, int at) {
        Member m = list.get(at);
        boolean told = list.key(at).equals(m.peer.key())
                && list.answering(at) == m.answering()
                && list.suspect(at) == m.suspect;
        require(told, () -> "%s stands otherwise than its list says".formatted(m.peer.id()));
    }

    private static void require(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new IllegalStateException(message.get());
        }
    }
}
