package io.svcdht.node;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How this node finds others by a protocol that is not its own. Callable from any thread; nothing here blocks or fails. */
public interface Discovery {
    /** Why a record that was heard leads nowhere; a closed set, for it labels metrics. */
    enum Refusal {
        /** It is not signed by the key it names. */
        SIGNATURE,
        /** It is of another network, or of something else altogether. */
        NETWORK,
        /** It names this network, and its keys or its address are not what they should be. */
        MALFORMED,
        /** Its address reaches less far than this node's. */
        ADDRESS,
        /** Its keys or its address are banned here. */
        BANNED,
        /** Nobody answered there. */
        UNREACHABLE,
        /** Whoever answered there holds other keys. */
        IDENTITY
    }

    /**
     * At one moment.
     *
     * @param on whether somebody asked for it
     * @param record what others find this node by, as text; empty before it runs
     * @param listens where, as text
     * @param boot records it began with
     * @param live nodes of all networks that answer it
     * @param heard records of which this node was not known to it, foreign ones among them
     * @param found nodes that proved to be of this network
     * @param refused records by what spoke against them
     * @param untold nodes that were found too soon after others to be journaled
     */
    record Status(
            boolean on,
            String record,
            String listens,
            List<String> boot,
            int live,
            long heard,
            long found,
            Map<Refusal, Long> refused,
            long untold) {
        public static final Status OFF = new Status(false, "", "", List.of(), 0, 0, 0, new EnumMap<>(Refusal.class), 0);

        public Status {
            boot = List.copyOf(boot);
            refused = Map.copyOf(refused);
        }

        public long refusedFor(Refusal why) {
            return refused.getOrDefault(why, 0L);
        }
    }

    Status status();

    /** Nobody asked for it. */
    Discovery OFF = () -> Status.OFF;
}
