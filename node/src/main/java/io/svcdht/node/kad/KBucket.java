package io.svcdht.node.kad;

import io.svcdht.node.kad.Heard.Better;
import io.svcdht.node.kad.Heard.Inserted;
import io.svcdht.node.kad.Heard.Pending;
import io.svcdht.node.kad.Heard.Reason;
import io.svcdht.node.kad.Heard.Refreshed;
import io.svcdht.node.kad.Heard.Refused;
import io.svcdht.node.kad.Heard.Replaced;
import io.svcdht.storage.model.Key;
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
    private final MemberList members = new MemberList();
    /** At most k, none a member, least recently seen first. */
    private final MemberList replacements = new MemberList();

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
        int at = members.indexOf(peer.key());
        if (at >= 0) {
            refresh(members.get(at), peer, answered, rttNanos, nowNanos);
            members.moveToEnd(at);
            return new Refreshed(peer);
        }
        int waiting = replacements.indexOf(peer.key());
        Member newcomer = waiting < 0 ? new Member(peer) : replacements.remove(waiting);
        refresh(newcomer, peer, answered, rttNanos, nowNanos);
        if (members.size() < rules.k()) {
            Reason refused = Diversity.refuses(rules, members, peer);
            if (refused == null) {
                members.add(newcomer);
                return new Inserted(peer);
            }
        }
        return answered && takesPlace(newcomer, nowNanos) instanceof Replaced replaced
                ? replaced
                : cache(newcomer, nowNanos);
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
        for (int i = 0; i < members.size(); i++) {
            fullest = Math.max(fullest, ++counts[slot(i)]);
        }
        if (fullest <= counts[slot(newcomer)] + 1) {
            return null;
        }
        Member slowest = null;
        for (int i = 0; i < members.size(); i++) {
            if (counts[slot(i)] == fullest) {
                slowest = slower(slowest, members.get(i));
            }
        }
        return slowest;
    }

    private static Member slower(@Nullable Member a, Member b) {
        return a == null || b.rttNanos() > a.rttNanos() ? b : a;
    }

    /** The slowest member of the newcomer's part, if it takes half as long again as the newcomer. */
    private @Nullable Member farther(Member newcomer) {
        Member slowest = null;
        int slot = slot(newcomer.peer);
        for (int i = 0; i < members.size(); i++) {
            if (slot(i) == slot) {
                slowest = slower(slowest, members.get(i));
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

    /** The same of a member; its first word is at hand, and nearly always enough. */
    private int slot(int member) {
        int bits = rules.spreadBits();
        if (bits == 0) {
            return 0;
        }
        return prefix + 1 + bits <= Long.SIZE
                ? (int) (members.word(member) << prefix + 1 >>> Long.SIZE - bits)
                : slot(members.get(member).peer);
    }

    private Heard cache(Member newcomer, long nowNanos) {
        addReplacement(newcomer);
        if (!newcomer.verified && !newcomer.probing && Diversity.commoner(members, newcomer.peer) != null) {
            // Only who answers may take a place, and this one would be welcome.
            newcomer.probing = true;
            return new Pending(newcomer.peer);
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

    /**
     * A member that left its place was heard before some who wait, so it is put in by time. Who sends most of those who
     * wait loses the first of them, or one sender could push out everybody else.
     */
    private void addReplacement(Member m) {
        if (replacements.size() >= rules.k()) {
            Member leaving = m.peer.owner() == Peer.UNJUDGED ? null : Diversity.commonest(replacements);
            replacements.remove(leaving == null ? replacements.getFirst() : leaving);
        }
        replacements.insertByTime(m);
    }

    /** A member of before the restart, in its old place: unverified until it answers. */
    boolean restore(Peer peer) {
        if (members.size() >= rules.k()
                || members.indexOf(peer.key()) >= 0
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

    /** Another request than a ping ran out. Whether it should be pinged: it is a member and not being pinged already. */
    boolean suspect(Key key) {
        int at = members.indexOf(key);
        if (at < 0 || members.get(at).probing) {
            return false;
        }
        members.get(at).suspect = true;
        members.get(at).probing = true;
        members.noticed(at);
        return true;
    }

    /** A ping to it ran out. */
    Missed missed(Key key) {
        int at = members.indexOf(key);
        if (at < 0) {
            int waiting = replacements.indexOf(key);
            if (waiting >= 0) {
                replacements.remove(waiting);
            }
            return new Missed.Stranger();
        }
        Member member = members.get(at);
        member.suspect = true;
        member.failedPings++;
        members.noticed(at);
        if (member.failedPings < PINGS_MAX) {
            member.probing = true;
            return new Missed.AskAgain(member.peer, member.failedPings, SECOND << member.failedPings);
        }
        return evict(member);
    }

    /** Takes a peer out wherever it is; empty-handed if it was no member. */
    Missed.@Nullable Evicted drop(Key key) {
        int waiting = replacements.indexOf(key);
        if (waiting >= 0) {
            replacements.remove(waiting);
        }
        int at = members.indexOf(key);
        return at < 0 ? null : evict(members.get(at));
    }

    private Missed.Evicted evict(Member member) {
        members.remove(member);
        Member next = Diversity.rarest(rules, members, replacements);
        if (next == null) {
            return new Missed.Evicted(member.peer, null);
        }
        replacements.remove(next);
        members.insertByTime(next);
        return new Missed.Evicted(member.peer, next.peer);
    }

    /** How mixed it is. */
    BucketMix mix() {
        return Diversity.mix(members);
    }

    private static long since(long thenNanos, long nowNanos) {
        return thenNanos == Member.NEVER ? Long.MAX_VALUE : nowNanos - thenNanos;
    }

    /** To be read only; least recently seen first. */
    MemberList members() {
        return members;
    }

    /** To be read only; least recently seen first. */
    MemberList replacements() {
        return replacements;
    }
}
