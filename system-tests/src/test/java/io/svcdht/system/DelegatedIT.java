package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.client.ClientSettings;
import io.svcdht.client.DhtClient;
import io.svcdht.client.Provide;
import io.svcdht.client.RoutedProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delegated Routing V1 where the answer is with others: a provider, a peer and the closest to a key, over the network. */
final class DelegatedIT {
    /** BLAKE3 of nothing, as clients of IPFS write it. */
    private static final String CID = "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi";

    private static final String KEY = "b3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

    @TempDir
    Path directory;

    @Test
    void what_another_node_provides_is_told_with_its_peer_id() throws Exception {
        try (LocalNetwork network = LocalNetwork.start(
                directory, 3, "--replicas=1", "--absence-deadline-ms=15000", "--lookup-deadline-ms=15000")) {
            NodeProcess publisher = network.get(0);
            try (DhtClient client = DhtClient.of("http://" + publisher.hostPort())) {
                client.provide(Provide.of(KEY)).get(60, TimeUnit.SECONDS);
            }
            String node = publisher
                    .json("/dht/find_providers/" + KEY)
                    .get("providers")
                    .get(0)
                    .asText();
            NodeProcess stranger = network.awaitFoundElsewhere(KEY, node);

            JsonNode own = publisher.json("/routing/v1/providers/" + CID).get("Providers");
            assertThat(own).hasSize(1);
            JsonNode told = stranger.json("/routing/v1/providers/" + CID).get("Providers");
            assertThat(told).isEqualTo(own);
            assertThat(told.get(0).get("Addrs")).extracting(JsonNode::asText).containsExactly(multiaddr(publisher));

            String id = told.get(0).get("ID").asText();
            assertThat(id).startsWith("12D3Koo");
            assertThat(stranger.json("/routing/v1/peers/" + id).get("Peers")).isEqualTo(told);
            JsonNode closest =
                    stranger.json("/routing/v1/dht/closest/peers/" + id).get("Peers");
            assertThat(closest.get(0)).isEqualTo(told.get(0));
            assertThat(closest).hasSize(2);

            try (DhtClient client = new DhtClient(ClientSettings.of(URI.create("http://" + stranger.hostPort()))
                    .withDeadline(Duration.ofMinutes(1), Duration.ofSeconds(30)))) {
                List<RoutedProvider> streamed = new ArrayList<>();
                assertThat(client.providers(CID, "ip4", streamed::add).get(60, TimeUnit.SECONDS))
                        .isEqualTo(1);
                assertThat(streamed.getFirst().id()).isEqualTo(id);
            }
        }
    }

    private static String multiaddr(NodeProcess node) {
        String[] parts = node.peerAddress().split(":");
        return "/ip4/" + parts[0] + "/tcp/" + parts[1];
    }
}
