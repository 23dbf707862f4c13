package io.svcdht.node.kad;

import io.svcdht.node.kad.Heard.Better;
import io.svcdht.node.kad.Heard.Inserted;
import io.svcdht.node.kad.Heard.Pending;
import io.svcdht.node.kad.Heard.Reason;
import io.svcdht.node.kad.Heard.Refreshed;
import io.svcdht.node.kad.Heard.Refused;
import io.svcdht.node.kad.Heard.Replaced;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The peers that share one number of leading bits with us (Kademlia, section 2.2). It pings nobody, it says whom to ping.
 *
 * <pre>
 *            heard, room            three pings in a row unanswered
 *   nobody ─────────────▶ member ──────────────────────────────────▶ nobody (remembered as lost by the table)
 *      │                    ▲ │
 *      │ heard, full        │ │ a newcomer serves the bucket better
 *      ▼                    │ ▼
 *   replacement cache ──────┘ (the latest seen comes in when a member goes)
 * </pre>
 */
final class KBucket {
    /** Unanswered pings in a row that end a membership. */
    static final int PINGS_MAX = 3;
    /** A full bucket's oldest member is pinged for a newcomer's sake when it was silent for this long. */
    static final long QUESTIONABLE_NANOS = 60_000_000_000L;
    /** How often at most a member goes for a nearer one. */
    static final long NEARER_EVERY_NANOS = 60_000_000_000L;

    private static final long SECOND = 1_000_000_000L;

    private final int prefix;
    private final TableRules rules;
    /** At most k, least recently seen first. */
    private final List<Member> members = new ArrayList<>(4);
    /** At most k, none a member, least recently seen first. */
    private final List<Member> replacements = new ArrayList<>(0);

    private long lastNearerNanos = Member.NEVER;

    /** @param prefix leading bits its members share with us */
    KBucket(int prefix, TableRules rules) {
        this.prefix = prefix;
        this.rules = rules;
    }

    /**
     * Word from a peer: its answer to us, or a request of its own.
     *
     * @param answered whether it answered and so proved to be there; others never take a living member's place
     * @param rttNanos how long the answer took, 0 = not measured
     */
    Heard heard(Peer peer, boolean answered, long rttNanos, long nowNanos) {
        Member member = find(members, peer.key());
        if (member != null) {
            refresh(member, peer, answered, rttNanos, nowNanos);
            moveToEnd(members, member);
            return new Refreshed(peer);
        }
        Member newcomer = find(replacements, peer.key());
        boolean cached = newcomer != null;
        if (newcomer == null) {
            newcomer = new Member(peer);
        }
        refresh(newcomer, peer, answered, rttNanos, nowNanos);
        if (members.size() < rules.k()) {
            Reason refused = Diversity.refuses(rules, members, peer);
            if (refused == null) {
                replacements.remove(newcomer);
                members.add(newcomer);
                return new Inserted(peer);
            }
        }
        return answered && takesPlace(newcomer, nowNanos) instanceof Replaced replaced
                ? replaced
                : cache(newcomer, cached, nowNanos);
    }

    private static void refresh(Member m, Peer peer, boolean answered, long rttNanos, long nowNanos) {
        m.peer = peer;
        m.wasHeard(nowNanos);
        m.verified |= answered;
        if (rttNanos > 0) {
            m.measured(rttNanos);
        }
    }

    private @Nullable Heard takesPlace(Member newcomer, long nowNanos) {
        Better why = Better.RARER_ASN;
        Member leaving = Diversity.commoner(members, newcomer.peer);
        if (leaving == null && members.size() >= rules.k()) {
            why = Better.EMPTIER_SLOT;
            leaving = crowded(newcomer.peer);
            if (leaving == null && rules.preferLowRtt() && since(lastNearerNanos, nowNanos) >= NEARER_EVERY_NANOS) {
                why = Better.LOWER_RTT;
                leaving = farther(newcomer);
            }
        }
        if (leaving == null || !Diversity.allows(rules, members, leaving, newcomer.peer)) {
            return null;
        }
        if (why == Better.LOWER_RTT) {
            lastNearerNanos = nowNanos;
        }
        replacements.remove(newcomer);
        members.remove(leaving);
        members.add(newcomer);
        addReplacement(leaving);
        return new Replaced(leaving.peer, newcomer.peer, why);
    }

    /** The slowest member of the fullest part, if that has two more than the newcomer's part. */
    private @Nullable Member crowded(Peer newcomer) {
        if (rules.spreadBits() == 0) {
            return null;
        }
        int[] counts = new int[1 << rules.spreadBits()];
        int fullest = 0;
        for (Member m : members) {
            fullest = Math.max(fullest, ++counts[slot(m.peer)]);
        }
        if (fullest <= counts[slot(newcomer)] + 1) {
            return null;
        }
        Member slowest = null;
        for (Member m : members) {
            if (counts[slot(m.peer)] == fullest && (slowest == null || m.rttNanos() > slowest.rttNanos())) {
                slowest = m;
            }
        }
        return slowest;
    }

    /** The slowest member of the newcomer's part, if it takes half as long again as the newcomer. */
    private @Nullable Member farther(Member newcomer) {
        Member slowest = null;
        int slot = slot(newcomer.peer);
        for (Member m : members) {
            if (slot(m.peer) == slot && (slowest == null || m.rttNanos() > slowest.rttNanos())) {
                slowest = m;
            }
        }
        boolean worth = slowest != null
                && newcomer.rttNanos() > 0
                && slowest.rttNanos() > newcomer.rttNanos() + newcomer.rttNanos() / 2;
        return worth ? slowest : null;
    }

    private int slot(Peer peer) {
        return Distance.bits(peer.key(), prefix + 1, rules.spreadBits());
    }

    private Heard cache(Member newcomer, boolean cached, long nowNanos) {
        if (cached) {
            moveToEnd(replacements, newcomer);
        } else {
            addReplacement(newcomer);
        }
        if (members.size() < rules.k()) {
            Reason refused = Diversity.refuses(rules, members, newcomer.peer);
            return new Refused(refused == null ? Reason.FULL : refused);
        }
        Member oldest = members.getFirst();
        if (!oldest.probing && since(oldest.heardAtNanos, nowNanos) >= QUESTIONABLE_NANOS) {
            oldest.probing = true;
            return new Pending(oldest.peer);
        }
        return new Refused(Reason.FULL);
    }

    private void addReplacement(Member m) {
        if (replacements.size() >= rules.k()) {
            replacements.removeFirst();
        }
        // A member that left its place is older than who waits already, but order by time must hold.
        int at = replacements.size();
        while (at > 0 && replacements.get(at - 1).heardAtNanos > m.heardAtNanos) {
            at--;
        }
        replacements.add(at, m);
    }

    /** A member of before the restart, in its old place: unverified until it answers. */
    boolean restore(Peer peer) {
        if (members.size() >= rules.k()
                || find(members, peer.key()) != null
                || Diversity.refuses(rules, members, peer) != null) {
            return false;
        }
        int at = 0;
        while (at < members.size() && members.get(at).heardAtNanos == Member.NEVER) {
            at++;
        }
        members.add(at, new Member(peer));
        return true;
    }

    /** A ping to it ran out. */
    Missed missed(Key key) {
        Member member = find(members, key);
        if (member == null) {
            replacements.removeIf(m -> m.peer.key().equals(key));
            return new Missed.Stranger();
        }
        member.suspect = true;
        member.failedPings++;
        if (member.failedPings < PINGS_MAX) {
            member.probing = true;
            return new Missed.AskAgain(member.peer, SECOND << member.failedPings);
        }
        return evict(member);
    }

    private Missed.Evicted evict(Member member) {
        members.remove(member);
        for (int i = replacements.size() - 1; i >= 0; i--) {
            Member next = replacements.get(i);
            if (Diversity.refuses(rules, members, next.peer) == null) {
                replacements.remove(i);
                insertByTime(next);
                return new Missed.Evicted(member.peer, next.peer);
            }
        }
        return new Missed.Evicted(member.peer, null);
    }

    private void insertByTime(Member m) {
        int at = members.size();
        while (at > 0 && members.get(at - 1).heardAtNanos > m.heardAtNanos) {
            at--;
        }
        members.add(at, m);
    }

    static @Nullable Member find(List<Member> list, Key key) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).peer.key().equals(key)) {
                return list.get(i);
            }
        }
        return null;
    }

    private static void moveToEnd(List<Member> list, Member m) {
        if (list.getLast() != m) {
            list.remove(m);
            list.add(m);
        }
    }

    private static long since(long thenNanos, long nowNanos) {
        return thenNanos == Member.NEVER ? Long.MAX_VALUE : nowNanos - thenNanos;
    }

    /** Unmodifiable, least recently seen first. */
    List<Member> members() {
        return Collections.unmodifiableList(members);
    }

    /** For the loops of the table, which only read. */
    Member member(int index) {
        return members.get(index);
    }

    int size() {
        return members.size();
    }

    List<Member> replacements() {
        return Collections.unmodifiableList(replacements);
    }
}
