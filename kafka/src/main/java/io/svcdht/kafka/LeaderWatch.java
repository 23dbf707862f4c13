package io.svcdht.kafka;

import java.util.List;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that another broker leads a partition. Kafka's client goes on by itself then, after some seconds in which nothing
 * is taken.
 */
final class LeaderWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);

    private int partition = -1;
    private int leader = Node.noNode().id();

    boolean hasLooked() {
        return leader != Node.noNode().id();
    }

    /**
     * Looks at what the client knows of a topic.
     *
     * @param of which of its partitions; another one than at the last look has no leader before
     * @return whether the lead went from one broker to another since the last look; while nobody has it, nothing is said
     */
    boolean changed(int of, List<PartitionInfo> topic) {
        if (of != partition) {
            partition = of;
            leader = Node.noNode().id();
        }
        for (PartitionInfo p : topic) {
            Node now = p.leader();
            if (p.partition() != partition || now == null || now.isEmpty() || now.id() == leader) {
                continue;
            }
            int before = leader;
            leader = now.id();
            if (before != Node.noNode().id()) {
                LOG.warn(
                        "Broker {} leads {}-{} now, before it was broker {}; what was under way is sent again",
                        leader,
                        p.topic(),
                        partition,
                        before);
                return true;
            }
        }
        return false;
    }
}
