package io.svcdht.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A node that nobody told to look for others by discv5. */
class OffTest {
    private static final Path OPEN = Path.of("/proc/self/fd");

    /** Datagram sockets of this process. */
    private static Set<String> datagramSockets() throws IOException {
        Set<String> all = new HashSet<>();
        for (String table : List.of("udp", "udp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/self/net/" + table))) {
                all.add("socket:[" + line.trim().split("\\s+")[9] + "]");
            }
        }
        Set<String> ours = new HashSet<>();
        try (Stream<Path> files = Files.list(OPEN)) {
            for (Path file : files.toList()) {
                try {
                    ours.add(Files.readSymbolicLink(file).toString());
                } catch (IOException e) {
                    // Closed meanwhile.
                }
            }
        }
        ours.retainAll(all);
        return ours;
    }

    @Test
    void it_has_no_datagram_socket_for_it() throws Exception {
        assumeThat(OPEN).exists();
        // Those of tests before are closed in the background.
        await().atMost(Duration.ofMinutes(2)).until(() -> datagramSockets().isEmpty());
        try (Served node = Served.start("--datagrams=false")) {
            assertThat(node.get("/version")).doesNotContain("discv5").doesNotContain("enr");
            assertThat(datagramSockets()).isEmpty();
            assertThat(node.get("/console/discovery")).contains("discv5 is off");
            assertThat(node.metric("dht_discovery_live")).isZero();
        }
        try (Served node = Served.start("--datagrams=false", "--discv5=true")) {
            assertThat(node.get("/version")).contains("discv5").contains("enr:-");
            assertThat(datagramSockets()).hasSize(1);
        }
    }
}
