package io.svcdht.node.lookup;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lookup told in full, for whoever asks later why it went as it did.
 *
 * @param result null while it goes on
 * @param legs the legs that were sent, in order
 * @param known peers it knew of in the end, asked or not
 * @param deadlineNanos when it would have been given up, since it began
 */
public record LookupTrace(
        Key target,
        LookupSpec.Goal goal,
        @Nullable LookupResult result,
        List<LegTrace> legs,
        int known,
        long deadlineNanos) {
    /**
     * One leg; times in nanoseconds since the lookup began.
     *
     * @param via index of the leg whose answer named the peer, −1 = it is from the own table
     * @param heardOf when the lookup learned of the peer
     * @param sent when it was asked
     * @param waited how long until it answered, failed or was cancelled
     * @param overdue whether it gave its slot to another meanwhile
     * @param way what carried the answer
     */
    public record LegTrace(
            NodeId peer,
            String address,
            int hop,
            int path,
            int via,
            Leg.Why why,
            long heardOf,
            long sent,
            long waited,
            boolean overdue,
            Leg.Standing standing,
            Leg.Way way) {}
}
