package io.svcdht.console.fleet;

import io.svcdht.node.History;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.replay.StateDiff;
import java.util.ArrayList;
import java.util.List;

/**
 * What changed between two moments, node by node; each moment is by the node's own clock.
 *
 * @param changes of records, at most {@value #CHANGES_MAX} in all and the same number of each node
 */
public record Differences(long fromMillis, long toMillis, List<Row> nodes, List<Change> changes) {
    /** Changes that are told one by one. */
    public static final int CHANGES_MAX = 300;

    public Differences {
        nodes = List.copyOf(nodes);
        changes = List.copyOf(changes);
    }

    /**
     * One node.
     *
     * @param why why nothing can be told; empty = it can
     */
    public record Row(
            String node,
            String label,
            long fromPosition,
            long toPosition,
            int added,
            int changed,
            int gone,
            int contactsAdded,
            int contactsGone,
            String why) {}

    /** @param what added, changed or gone */
    public record Change(
            String node, String label, String what, String cid, String locator, String publisher, long causedBy) {}

    public static Differences of(FleetStore store, long fromMillis, long toMillis) {
        List<FleetNode> nodes = store.nodes();
        int each = Math.max(1, CHANGES_MAX / Math.max(1, nodes.size()));
        List<Row> rows = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (FleetNode node : nodes) {
            rows.add(row(node, fromMillis, toMillis, each, changes));
        }
        return new Differences(fromMillis, toMillis, rows, changes);
    }

    private static Row row(FleetNode node, long fromMillis, long toMillis, int each, List<Change> into) {
        NodeLog log = node.log();
        long from = log.lastAtOrBefore(fromMillis);
        // A clock that was set back could put the end before the beginning.
        long to = Math.max(from, log.lastAtOrBefore(toMillis));
        if (!node.hasStates()) {
            return nothing(node, from, to, "its records are not known here");
        }
        try {
            StateDiff diff = node.history().diff(from, to);
            diff.changes().stream().limit(each).forEach(c -> into.add(change(node, c)));
            return new Row(
                    node.id().text(),
                    node.label(),
                    from,
                    to,
                    (int) diff.changes().stream()
                            .filter(c -> c.before().isEmpty())
                            .count(),
                    (int) diff.changes().stream()
                            .filter(c -> c.before().isPresent() && c.after().isPresent())
                            .count(),
                    (int) diff.changes().stream()
                            .filter(c -> c.after().isEmpty())
                            .count(),
                    (int) diff.routing().contacts().stream()
                            .filter(c -> c.before().isEmpty())
                            .count(),
                    (int) diff.routing().contacts().stream()
                            .filter(c -> c.after().isEmpty())
                            .count(),
                    "");
        } catch (JournalTruncated e) {
            return nothing(node, from, to, "its events here begin later");
        } catch (History.TooMuch e) {
            return nothing(node, from, to, "it would take too long");
        } catch (JournalDamaged | CheckpointDamaged e) {
            return nothing(node, from, to, "what was recorded of it is damaged");
        }
    }

    private static Row nothing(FleetNode node, long from, long to, String why) {
        return new Row(node.id().text(), node.label(), from, to, 0, 0, 0, 0, 0, why);
    }

    private static Change change(FleetNode node, StateDiff.Change c) {
        String what = c.before().isEmpty() ? "added" : c.after().isEmpty() ? "gone" : "changed";
        return new Change(
                node.id().text(),
                node.label(),
                what,
                ContentId.canonical(c.identity().key()),
                c.identity().locator(),
                c.identity().publisher().text(),
                c.causedBy());
    }
}
