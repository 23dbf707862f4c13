package io.svcdht.storage.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Everything that is banned, ready to be asked about: an empty one answers without looking. */
public final class DenyList {
    /** Nothing is banned. */
    public static final DenyList NOTHING = of(List.of());

    private final Set<NodeId> peers = new HashSet<>();
    private final Set<Key> contents = new HashSet<>();
    private final List<AddressPrefix> prefixes = new ArrayList<>();

    private DenyList() {}

    public static DenyList of(Collection<Banned> banned) {
        DenyList list = new DenyList();
        for (Banned what : banned) {
            switch (what) {
                case Banned.Peer(NodeId node) -> list.peers.add(node);
                case Banned.Content(Key key) -> list.contents.add(key);
                case Banned.Addresses(AddressPrefix prefix) -> list.prefixes.add(prefix);
            }
        }
        return list;
    }

    public boolean refuses(NodeId peer) {
        return !peers.isEmpty() && peers.contains(peer);
    }

    public boolean refuses(Key content) {
        return !contents.isEmpty() && contents.contains(content);
    }

    /** Whether the address lies in a banned block; a name lies in none, what it resolves to may. */
    public boolean refuses(PeerAddress address) {
        for (AddressPrefix prefix : prefixes) {
            if (prefix.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the contact, or every address it can be reached at, is banned. */
    public boolean refuses(Contact contact) {
        return refuses(contact.id())
                || !prefixes.isEmpty()
                        && !contact.addrs().isEmpty()
                        && contact.addrs().stream().allMatch(this::refuses);
    }
}
