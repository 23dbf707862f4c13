package io.svcdht.node.kad;

import io.svcdht.node.kad.Heard.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much of a bucket one owner of addresses may hold (contracts §4, asn_max_pct). */
final class Diversity {
    private Diversity() {}

    /** Why a newcomer may not be added to these members, null if it may. */
    static @Nullable Reason refuses(TableRules rules, List<Member> members, Peer newcomer) {
        long network = newcomer.network();
        if (network != Peer.UNJUDGED && countNetwork(members, network) >= rules.perNetworkMax()) {
            return Reason.NETWORK_CAP;
        }
        int size = members.size() + 1;
        long asn = newcomer.asn();
        if (asn != Peer.UNJUDGED && !withinCap(rules, countAsn(members, asn) + 1, size)) {
            return Reason.ASN_CAP;
        }
        return null;
    }

    private static boolean withinCap(TableRules rules, int count, int size) {
        return size < TableRules.ASN_JUDGED_FROM || count * 100 <= rules.asnPercentMax() * size;
    }

    /**
     * A member whose autonomous system is so common that the newcomer's makes the bucket more even; null if none.
     * The least recently seen one of the commonest.
     */
    static @Nullable Member commoner(List<Member> members, Peer newcomer) {
        if (members.size() < TableRules.ASN_JUDGED_FROM || newcomer.asn() == Peer.UNJUDGED) {
            return null;
        }
        Member commonest = null;
        int most = countAsn(members, newcomer.asn()) + 1;
        for (Member m : members) {
            long asn = m.peer.asn();
            if (asn != Peer.UNJUDGED) {
                int count = countAsn(members, asn);
                if (count > most) {
                    most = count;
                    commonest = m;
                }
            }
        }
        return commonest;
    }

    /** Whether the newcomer in the member's place leaves no cap broken and no autonomous system more common. */
    static boolean allows(TableRules rules, List<Member> members, Member leaving, Peer newcomer) {
        long network = newcomer.network();
        if (network != Peer.UNJUDGED
                && leaving.peer.network() != network
                && countNetwork(members, network) >= rules.perNetworkMax()) {
            return false;
        }
        long asn = newcomer.asn();
        long left = leaving.peer.asn();
        if (asn == Peer.UNJUDGED || asn == left) {
            return true;
        }
        return left == Peer.UNJUDGED
                ? withinCap(rules, countAsn(members, asn) + 1, members.size())
                : countAsn(members, asn) < countAsn(members, left);
    }

    static int countAsn(List<Member> members, long asn) {
        int count = 0;
        for (Member m : members) {
            if (m.peer.asn() == asn) {
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
