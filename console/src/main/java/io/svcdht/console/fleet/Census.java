package io.svcdht.console.fleet;

import io.svcdht.node.History;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.replay.Moments;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * All nodes at a moment.
 *
 * @param atMillis the moment, by each node's own clock
 * @param counted of how many nodes records and contacts could be counted in the time there is
 */
public record Census(long atMillis, List<Row> nodes, int counted) {
    private static final long CPU_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1500);

    public Census {
        nodes = List.copyOf(nodes);
    }

    /**
     * One node.
     *
     * @param state ready, booting, degraded, stopped; empty = not told
     * @param position of its last event at the moment; one less than the first where it has none
     * @param lastEventMillis when that was, by its own clock; 0 = it has none
     * @param behindEvents events it has and did not hand over; -1 = not told
     * @param records at the moment; -1 = not known
     * @param contacts at the moment; -1 = not known
     * @param statesFrom the first position whose state can be told; -1 = none
     */
    public record Row(
            String node,
            String label,
            String state,
            String reason,
            String version,
            long epoch,
            long firstPosition,
            long position,
            long lastPosition,
            long lastEventMillis,
            long behindEvents,
            long records,
            long contacts,
            long bytes,
            long clockSteps,
            long gaps,
            long repeated,
            boolean statesKnown,
            long statesFrom,
            long lost,
            long heardMillis) {}

    private record Counts(long records, long contacts) {
        static final Counts UNKNOWN = new Counts(-1, -1);
    }

    /** @param past whether it is a moment before the last that is known: then cards say nothing about it */
    public static Census of(FleetStore store, long atMillis, boolean past) {
        var threads = ManagementFactory.getThreadMXBean();
        long until = threads.getCurrentThreadCpuTime() + CPU_NANOS_MAX;
        List<Row> rows = new ArrayList<>();
        int counted = 0;
        for (FleetNode node : store.nodes()) {
            NodeLog log = node.log();
            long position = past ? log.lastAtOrBefore(atMillis) : log.lastPosition();
            Counts counts = !past && node.card().records() >= 0
                    ? new Counts(node.card().records(), node.card().contacts())
                    : threads.getCurrentThreadCpuTime() < until ? counted(node, position) : Counts.UNKNOWN;
            counted += counts.records() < 0 ? 0 : 1;
            rows.add(row(node, position, past, counts));
        }
        return new Census(atMillis, rows, counted);
    }

    private static Row row(FleetNode node, long position, boolean past, Counts counts) {
        NodeLog log = node.log();
        FleetNode.Summary s = node.summary();
        NodeCard card = node.card();
        long behind = past || card.lastPosition() < 0 ? -1 : Math.max(0, card.lastPosition() - log.lastPosition());
        return new Row(
                node.id().text(),
                node.label(),
                past ? "" : card.state().isEmpty() ? s.readiness() : card.state(),
                past ? "" : s.reason(),
                card.version().isEmpty() ? s.version() : card.version(),
                s.epoch(),
                log.firstPosition(),
                position,
                log.lastPosition(),
                position < log.firstPosition()
                        ? 0
                        : Moments.entryAt(log, position).instantMillis(),
                behind,
                counts.records(),
                counts.contacts(),
                log.bytes(),
                s.clockSteps(),
                s.gaps(),
                s.repeated(),
                node.hasStates(),
                node.hasStates() ? node.statesFrom() : -1,
                card.lost(),
                past ? 0 : card.heardMillis());
    }

    private static Counts counted(FleetNode node, long position) {
        if (!node.hasStates() || position < node.log().firstPosition() - 1) {
            return Counts.UNKNOWN;
        }
        try {
            return node.history()
                    .at(
                            position,
                            (view, budget) -> new Counts(
                                    view.state().providers().records(),
                                    view.state().routing().contacts().size()));
        } catch (History.TooMuch | JournalTruncated | JournalDamaged | CheckpointDamaged e) {
            return Counts.UNKNOWN;
        }
    }
}
