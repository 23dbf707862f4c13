package io.svcdht.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nodes that have nothing in common but a node of discv5 which knows nothing of this program. */
class TwoNodesTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @Test
    void they_find_each_other() throws Exception {
        try (Layer.Plain boot = Layer.plain();
                Served one = Served.start("--discv5=true", "--discv5-boot=" + boot.record());
                Served other = Served.start("--discv5=true", "--discv5-boot=" + boot.record())) {
            assertThat(one.enr()).startsWith("enr:").isNotEqualTo(other.enr());
            await().atMost(LONG).until(() -> one.contacts() == 1 && other.contacts() == 1);
            assertThat(one.events("DiscoveryRecordPublished")
                            .getLast()
                            .path("record")
                            .asText())
                    .isEqualTo(one.enr());
            await().atMost(LONG)
                    .until(() -> !one.events("PeerDiscovered").isEmpty()
                            || !other.events("PeerDiscovered").isEmpty());
        }
    }
}
