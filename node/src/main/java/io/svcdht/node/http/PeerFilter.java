package io.svcdht.node.http;

import io.svcdht.node.multiaddr.Multiaddr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which peers, and which of their addresses, a caller of {@code /routing/v1} can use (IPIP-0484).
 *
 * <pre>
 *                      addresses (filter-addrs)             a peer (filter-protocols)
 * a                    those with protocol a                with protocol a
 * !a                   those without protocol a             without protocol a, or with no known protocol
 * a,!b                 those with a and without b           with a and without b
 * unknown              also a peer without any address      also one with no known protocol
 * !unknown                                                  not one with no known protocol
 * </pre>
 *
 * A peer of whose addresses none is left is left out. Names are compared without regard to case.
 */
record PeerFilter(Names addrs, Names protocols) {
    static final PeerFilter NONE = new PeerFilter(Names.NONE, Names.NONE);

    private static final int NAMES_MAX = 64;
    private static final int NAME_CHARS_MAX = 63;
    private static final String UNKNOWN = "unknown";

    /**
     * One list of names.
     *
     * @param given whether there is one at all
     * @param unknown whether what says nothing of itself is wanted
     * @param known whether what says nothing of itself is not
     */
    record Names(boolean given, Set<String> wanted, Set<String> unwanted, boolean unknown, boolean known) {
        static final Names NONE = new Names(false, Set.of(), Set.of(), false, false);

        /** Whether only what is named will do. */
        boolean picks() {
            return unknown || !wanted.isEmpty();
        }
    }

    /** @throws ApiError if there are too many names, or one is too long */
    static PeerFilter of(Query query) {
        Names addrs =
                query.text("filter-addrs").map(t -> names("filter-addrs", t)).orElse(Names.NONE);
        Names protocols = query.text("filter-protocols")
                .map(t -> names("filter-protocols", t))
                .orElse(Names.NONE);
        return addrs.given() || protocols.given() ? new PeerFilter(addrs, protocols) : NONE;
    }

    private static Names names(String what, String text) {
        Set<String> wanted = new HashSet<>();
        Set<String> unwanted = new HashSet<>();
        boolean unknown = false;
        boolean known = false;
        String[] parts = text.split(",", NAMES_MAX + 1);
        if (parts.length > NAMES_MAX) {
            throw ApiError.badRequest("%s names more than %d protocols".formatted(what, NAMES_MAX));
        }
        for (String part : parts) {
            String name = part.strip().toLowerCase(Locale.ROOT);
            boolean not = name.startsWith("!");
            String bare = not ? name.substring(1).strip() : name;
            if (bare.length() > NAME_CHARS_MAX) {
                throw ApiError.badRequest("%s holds a name of more than %d characters".formatted(what, NAME_CHARS_MAX));
            }
            if (bare.equals(UNKNOWN)) {
                unknown |= !not;
                known |= not;
            } else if (!bare.isEmpty()) {
                (not ? unwanted : wanted).add(bare);
            }
        }
        boolean given = unknown || known || !wanted.isEmpty() || !unwanted.isEmpty();
        return given ? new Names(true, wanted, unwanted, unknown, known) : Names.NONE;
    }

    /** What is left of a record; empty if it is not wanted. */
    Optional<RoutingRecord> apply(RoutingRecord r) {
        if (!wants(r.protocols())) {
            return Optional.empty();
        }
        if (!addrs.given() || addrs.unknown() && r.addrs().isEmpty()) {
            return Optional.of(r);
        }
        List<Multiaddr> left = new ArrayList<>();
        for (Multiaddr a : r.addrs()) {
            if (addrs.unwanted().stream().noneMatch(a::has)
                    && (!addrs.picks() || addrs.wanted().stream().anyMatch(a::has))) {
                left.add(a);
            }
        }
        return left.isEmpty() ? Optional.empty() : Optional.of(r.withAddrs(left));
    }

    private boolean wants(List<String> of) {
        if (!protocols.given()) {
            return true;
        }
        if (of.isEmpty()) {
            return protocols.unknown() || !protocols.picks() && !protocols.known();
        }
        boolean wanted = !protocols.picks();
        for (String name : of) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (protocols.unwanted().contains(lower)) {
                return false;
            }
            wanted |= protocols.wanted().contains(lower);
        }
        return wanted;
    }
}
