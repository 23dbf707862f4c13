package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The gate of a small real network: everything is found. Times are told and decide nothing. */
final class SmallNetworkIT {
    private static final int NODES = 32;
    private static final int REPLICAS = 8;
    private static final int KEYS = 200;
    private static final long SECONDS_MAX = 300;

    @Test
    void thirty_two_nodes_find_each_of_two_hundred_keys_without_a_copy() throws Exception {
        Program.Ended ended = Program.run(
                Program.of(List.of(
                        "testnet",
                        "--nodes=" + NODES,
                        "--replicas=" + REPLICAS,
                        "--keys=" + KEYS,
                        "--check",
                        "--json")),
                Path.of("/dev/null"),
                SECONDS_MAX);
        System.out.println("SmallNetworkIT: " + ended.out().strip());
        ended.as(0);
        JsonNode report = new ObjectMapper().readTree(ended.out());
        assertThat(report.get("nodes").asInt()).isEqualTo(NODES);
        assertThat(report.get("asked").asInt()).isEqualTo(KEYS);
        assertThat(report.get("found").asInt()).isEqualTo(KEYS);
        assertThat(report.get("holders_mean").asDouble()).isGreaterThan(REPLICAS - 1);
        // A find that asks nobody would be answered from a copy.
        assertThat(report.get("messages_mean").asDouble()).isGreaterThanOrEqualTo(1);
    }
}
