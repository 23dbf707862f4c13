package io.svcdht.node.kad;

import io.svcdht.node.kad.Heard.Reason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much of a bucket one owner of addresses may hold (contracts §4, asn_max_pct and asn_entropy_min). An owner is an
 * autonomous system, or a /24 or /48 where nobody knows whose it is.
 */
final class Diversity {
    /** Two sums of logarithms of the same shares may differ in their last bits. */
    private static final double SAME_BITS = 1e-9;

    private Diversity() {}

    /** Why a newcomer may not be added to these members, null if it may. */
    static @Nullable Reason refuses(TableRules rules, List<Member> members, Peer newcomer) {
        long network = newcomer.network();
        if (network != Peer.UNJUDGED && countNetwork(members, network) >= rules.perNetworkMax()) {
            return Reason.NETWORK_CAP;
        }
        int size = members.size() + 1;
        long owner = newcomer.owner();
        if (owner == Peer.UNJUDGED || size < TableRules.ASN_JUDGED_FROM) {
            return null;
        }
        return withinCap(rules, count(members, owner) + 1, size)
                        && withinEvenShare(rules, members, newcomer)
                        && mixedEnough(rules, members, null, newcomer)
                ? null
                : Reason.ASN_CAP;
    }

    private static boolean withinCap(TableRules rules, int count, int size) {
        return size < TableRules.ASN_JUDGED_FROM || count * 100 <= rules.asnPercentMax() * size;
    }

    /**
     * Past its half a bucket has seen whom there is: from then on nobody comes in beyond an even share of it. Without
     * this a large network has its 40 % before the others are met, and gives them up one by one.
     */
    private static boolean withinEvenShare(TableRules rules, List<Member> members, Peer newcomer) {
        if (members.size() < rules.k() / 2) {
            return true;
        }
        Map<Long, Integer> shares = shares(members, null, newcomer);
        int even = (rules.k() + shares.size() - 1) / shares.size();
        return shares.getOrDefault(newcomer.owner(), 0) <= Math.max(2, even);
    }

    /** A bucket that is poor already takes who makes it richer, or it could never become better. */
    private static boolean mixedEnough(
            TableRules rules, List<Member> members, @Nullable Member leaving, Peer newcomer) {
        Map<Long, Integer> after = shares(members, leaving, newcomer);
        double bits = entropyBits(after);
        return judged(after) < TableRules.ASN_JUDGED_FROM
                || bits >= rules.asnEntropyMin()
                || bits > entropyBits(shares(members, null, null)) + SAME_BITS;
    }

    /**
     * A member whose owner is so common that the newcomer's makes the bucket more even; null if none. The least recently
     * seen one of the commonest.
     */
    static @Nullable Member commoner(List<Member> members, Peer newcomer) {
        if (members.size() < TableRules.ASN_JUDGED_FROM || newcomer.owner() == Peer.UNJUDGED) {
            return null;
        }
        return commonest(members, count(members, newcomer.owner()) + 1);
    }

    /** The first of those whose owner has most; null if no owner has two. */
    static @Nullable Member commonest(List<Member> members) {
        return commonest(members, 1);
    }

    private static @Nullable Member commonest(List<Member> members, int moreThan) {
        Member commonest = null;
        int most = moreThan;
        for (Member m : members) {
            long owner = m.peer.owner();
            if (owner != Peer.UNJUDGED) {
                int count = count(members, owner);
                if (count > most) {
                    most = count;
                    commonest = m;
                }
            }
        }
        return commonest;
    }

    /**
     * Who of those that wait should come in: the one whose owner has fewest members, of several the latest seen; null if
     * none may.
     */
    static @Nullable Member rarest(TableRules rules, List<Member> members, List<Member> waiting) {
        Member rarest = null;
        int fewest = Integer.MAX_VALUE;
        for (int i = waiting.size() - 1; i >= 0 && fewest > 0; i--) {
            Member m = waiting.get(i);
            long owner = m.peer.owner();
            int count = owner == Peer.UNJUDGED ? 0 : count(members, owner);
            if (count < fewest && refuses(rules, members, m.peer) == null) {
                fewest = count;
                rarest = m;
            }
        }
        return rarest;
    }

    /** Whether the newcomer in the member's place leaves no cap broken and no owner more common. */
    static boolean allows(TableRules rules, List<Member> members, Member leaving, Peer newcomer) {
        long network = newcomer.network();
        if (network != Peer.UNJUDGED
                && leaving.peer.network() != network
                && countNetwork(members, network) >= rules.perNetworkMax()) {
            return false;
        }
        long owner = newcomer.owner();
        long left = leaving.peer.owner();
        if (owner == Peer.UNJUDGED || owner == left) {
            return true;
        }
        return left == Peer.UNJUDGED
                ? withinCap(rules, count(members, owner) + 1, members.size())
                        && mixedEnough(rules, members, leaving, newcomer)
                : count(members, owner) < count(members, left);
    }

    static BucketMix mix(List<Member> members) {
        Map<Long, Integer> shares = shares(members, null, null);
        int most = 0;
        long largest = 0;
        for (Map.Entry<Long, Integer> e : shares.entrySet()) {
            if (e.getValue() > most) {
                most = e.getValue();
                largest = e.getKey();
            }
        }
        return new BucketMix(
                judged(shares),
                shares.size(),
                entropyBits(shares),
                members.isEmpty() ? 0 : most * 100 / members.size(),
                Math.max(0, largest),
                members.size());
    }

    /** How many each owner has, with one member less and one more. */
    private static Map<Long, Integer> shares(List<Member> members, @Nullable Member without, @Nullable Peer with) {
        Map<Long, Integer> shares = new TreeMap<>();
        for (Member m : members) {
            if (m != without) {
                add(shares, m.peer);
            }
        }
        if (with != null) {
            add(shares, with);
        }
        return shares;
    }

    private static void add(Map<Long, Integer> shares, Peer peer) {
        long owner = peer.owner();
        if (owner != Peer.UNJUDGED) {
            shares.merge(owner, 1, Integer::sum);
        }
    }

    private static int judged(Map<Long, Integer> shares) {
        int all = 0;
        for (int n : shares.values()) {
            all += n;
        }
        return all;
    }

    private static double entropyBits(Map<Long, Integer> shares) {
        int all = judged(shares);
        double bits = 0;
        for (int n : shares.values()) {
            double p = (double) n / all;
            bits -= p * Math.log(p) / Math.log(2);
        }
        return Math.abs(bits);
    }

    private static int count(List<Member> members, long owner) {
        int count = 0;
        for (Member m : members) {
            if (m.peer.owner() == owner) {
                count++;
            }
        }
        return count;
    }

    private static int countNetwork(List<Member> members, long network) {
        int count = 0;
        for (Member m : members) {
            if (m.peer.network() == network) {
                count++;
            }
        }
        return count;
    }
}
