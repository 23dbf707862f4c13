package io.svcdht.storage.replay;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What differs between two routing states. Places within a bucket are not compared: they change with every answer.
 *
 * @param contacts in the order of their ids
 * @param banned what is banned in the later one alone, in the order of its text
 * @param unbanned what was banned in the earlier one alone
 */
public record RoutingDiff(List<Change> contacts, List<Routing.Ban> banned, List<Routing.Ban> unbanned) {
    public RoutingDiff {
        contacts = List.copyOf(contacts);
        banned = List.copyOf(banned);
        unbanned = List.copyOf(unbanned);
    }

    /**
     * One contact's change.
     *
     * @param before as it was, empty = not in the table
     * @param after as it is, empty = gone
     */
    public record Change(NodeId node, Optional<Routing.Known> before, Optional<Routing.Known> after) {}

    static RoutingDiff of(Routing before, Routing after) {
        TreeMap<NodeId, Change> changes = new TreeMap<>();
        for (Routing.Known known : after.contacts()) {
            NodeId node = known.contact().id();
            Change change = new Change(node, before.of(node), Optional.of(known));
            if (!change.before().equals(change.after())) {
                changes.put(node, change);
            }
        }
        for (Routing.Known known : before.contacts()) {
            NodeId node = known.contact().id();
            if (after.of(node).isEmpty()) {
                changes.put(node, new Change(node, Optional.of(known), Optional.empty()));
            }
        }
        return new RoutingDiff(new ArrayList<>(changes.values()), only(after, before), only(before, after));
    }

    private static List<Routing.Ban> only(Routing one, Routing other) {
        return one.bans().stream().filter(b -> !other.isBanned(b.what())).toList();
    }

    public boolean isEmpty() {
        return contacts.isEmpty() && banned.isEmpty() && unbanned.isEmpty();
    }
}
