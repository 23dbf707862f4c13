package io.svcdht.node.peering;

import io.svcdht.node.kad.TableRules;
import io.svcdht.node.lookup.HedgePolicy;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.node.lookup.RttWindow;

/**
 * How a node behaves among others (contracts §4).
 *
 * @param publish limits of the search for a record's holders
 * @param replicas how many of the closest hold a record
 * @param checkNanos one member is checked this often
 * @param refreshNanos each bucket is looked into this often
 * @param repairNanos holders are checked and made up for this often, 0 = never
 * @param republishNanos our own records are published again this often, 0 = after half their time to live
 * @param settledNanos who is alive for this long is handed records it is closer to than others
 * @param unmeasuredNanos what a stranger's answer is taken to take until some were measured
 */
public record PeeringSettings(
        TableRules table,
        Limits publish,
        HedgePolicy hedge,
        int replicas,
        long checkNanos,
        long refreshNanos,
        long repairNanos,
        long republishNanos,
        long settledNanos,
        long unmeasuredNanos) {
    private static final long SECOND = 1_000_000_000L;

    /** The defaults of the settings: three checks in 60 s, refresh in 1 h, repair in 5 min. */
    public static PeeringSettings standard() {
        return new PeeringSettings(
                TableRules.standard(),
                Limits.standard().withDeadline(10 * SECOND),
                HedgePolicy.adaptive(),
                20,
                20 * SECOND,
                3_600 * SECOND,
                300 * SECOND,
                0,
                600 * SECOND,
                RttWindow.UNMEASURED_NANOS);
    }

    public PeeringSettings withReplicas(int newReplicas) {
        return new PeeringSettings(
                table,
                publish,
                hedge,
                newReplicas,
                checkNanos,
                refreshNanos,
                repairNanos,
                republishNanos,
                settledNanos,
                unmeasuredNanos);
    }

    public PeeringSettings withHedge(HedgePolicy newHedge) {
        return new PeeringSettings(
                table,
                publish,
                newHedge,
                replicas,
                checkNanos,
                refreshNanos,
                repairNanos,
                republishNanos,
                settledNanos,
                unmeasuredNanos);
    }

    public PeeringSettings withRepair(long newRepairNanos) {
        return new PeeringSettings(
                table,
                publish,
                hedge,
                replicas,
                checkNanos,
                refreshNanos,
                newRepairNanos,
                republishNanos,
                settledNanos,
                unmeasuredNanos);
    }

    public PeeringSettings withTable(TableRules newTable) {
        return new PeeringSettings(
                newTable,
                publish,
                hedge,
                replicas,
                checkNanos,
                refreshNanos,
                repairNanos,
                republishNanos,
                settledNanos,
                unmeasuredNanos);
    }
}
