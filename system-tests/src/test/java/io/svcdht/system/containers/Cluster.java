package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Network.Ipam;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.testcontainers.containers.Network;

/** Nodes of one network, a container each, with {@code replicas=3}. The first two are everybody's seeds. */
final class Cluster implements AutoCloseable {
    private static final int SEEDS = 2;
    private static final int FIRST_HOST = 11;
    private static final int SUBNET_TRIES = 20;

    private final Network network;
    private final String subnet;
    private final String tokens;
    private final String token;
    private final List<ContainerNode> nodes = new ArrayList<>();

    private Cluster() throws InterruptedException {
        Made made = network(SUBNET_TRIES);
        network = made.network();
        subnet = made.subnet();
        tokens = Engine.volume();
        Engine.Ended made2 = Engine.run(
                Engine.hardened(256, List.of(new Bind(tokens, new Volume("/tokens")))),
                Map.of(),
                "token",
                "--dir",
                "/tokens",
                "--show");
        assertThat(made2.exitCode()).as(made2.text()).isZero();
        token = made2.out().strip();
    }

    private record Made(Network network, String subnet) {}

    /** Fixed addresses need a subnet of one's own choice; one that is taken is not chosen again. */
    private static Made network(int tries) {
        String subnet = "10.213.%d".formatted(ThreadLocalRandom.current().nextInt(256));
        Network network = Network.builder()
                .createNetworkCmdModifier(
                        c -> c.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(subnet + ".0/24"))))
                .build();
        try {
            assertThat(network.getId()).isNotEmpty();
            return new Made(network, subnet);
        } catch (DockerException e) {
            if (tries == 0) {
                throw e;
            }
            return network(tries - 1);
        }
    }

    /** Starts it, and waits until each node has heard from all others. */
    static Cluster start(int count, String... settings) throws Exception {
        return start(count, (cluster, i) -> Map.of(), settings);
    }

    /** Settings of a node that depend on where the cluster is. */
    interface Settings {
        Map<String, String> of(Cluster cluster, int index) throws IOException;

        /** What is bound into its container besides. */
        default List<Bind> binds(int index) {
            return List.of();
        }
    }

    /** The same with settings of each node's own. */
    static Cluster start(int count, Settings own, String... settings) throws Exception {
        Cluster cluster = new Cluster();
        try {
            for (int i = 0; i < count; i++) {
                Map<String, String> environment = cluster.environment(i, settings);
                environment.putAll(own.of(cluster, i));
                cluster.nodes.add(new ContainerNode(i, cluster.address(i), cluster, environment, own.binds(i)));
            }
            cluster.nodes.forEach(ContainerNode::start);
            cluster.nodes.forEach(ContainerNode::awaitReady);
            cluster.awaitEverybodyKnown();
            return cluster;
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    private Map<String, String> environment(int index, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "DHT_ADMIN_BIND", "0.0.0.0:5301",
                "DHT_PEER_BIND", "0.0.0.0:5302",
                "DHT_ADVERTISE", address(index) + ":5302",
                "DHT_ADMIN_TOKEN_FILE", "/tokens/tokens",
                "DHT_SEEDS", seeds(i -> address(i) + ":5302"),
                "DHT_REPLICAS", "3",
                "DHT_DISK_RESERVE", "16MiB",
                // A machine with two cores and as many nodes as here is slow, and no peer dead for it.
                "DHT_RPC_TIMEOUT_MS", "3000",
                "DHT_MIN_LEG_BUDGET_MS", "500",
                "DHT_REPAIR_SECS", "5"));
        all.put("DHT_DIAL_TIMEOUT_MS", "15000");
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            all.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return all;
    }

    static String seeds(IntFunction<String> address) {
        return IntStream.range(0, SEEDS).mapToObj(address).collect(Collectors.joining(","));
    }

    String address(int index) {
        return "%s.%d".formatted(subnet, FIRST_HOST + index);
    }

    /** Where this machine is in the cluster's network. */
    String gateway() {
        return subnet + ".1";
    }

    Network network() {
        return network;
    }

    /** The volume with the tokens. */
    String tokens() {
        return tokens;
    }

    /** The admin's. */
    String token() {
        return token;
    }

    ContainerNode get(int index) {
        return nodes.get(index);
    }

    List<ContainerNode> nodes() {
        return nodes;
    }

    List<ContainerNode> running() {
        return nodes.stream().filter(n -> !n.isDown()).toList();
    }

    /** Each that runs has heard from all others that do. */
    void awaitEverybodyKnown() {
        for (ContainerNode node : running()) {
            Awaitility.await("node %d to hear from the others".formatted(node.index()))
                    .atMost(Engine.PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> live(node) >= running().size() - 1);
        }
    }

    private static int live(ContainerNode node) throws IOException, InterruptedException {
        return node.api().json("/dht/peers").get("live").asInt();
    }

    /** Waits until no running node has words that still wait to be handed out. */
    void awaitHandedOut() {
        for (ContainerNode node : running()) {
            Awaitility.await("node %d to have handed out its words".formatted(node.index()))
                    .atMost(Engine.PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() ->
                            node.api().json("/dht/peers").get("unpublished").asInt() == 0);
        }
    }

    /** Who holds a copy of it. */
    List<ContainerNode> holders(String cid) throws IOException, InterruptedException {
        List<ContainerNode> holders = new ArrayList<>();
        for (ContainerNode node : running()) {
            JsonNode answer = Api.json(node.api().find(cid, "?local=true"));
            if (answer.path("providers").size() > 0) {
                holders.add(node);
            }
        }
        return holders;
    }

    /** Who holds a copy of what. */
    Map<String, Set<ContainerNode>> holdersOfAll() throws IOException, InterruptedException {
        Map<String, Set<ContainerNode>> holders = new HashMap<>();
        for (ContainerNode node : running()) {
            for (String cid : node.api().held()) {
                holders.computeIfAbsent(cid, c -> new HashSet<>()).add(node);
            }
        }
        return holders;
    }

    @Override
    public void close() {
        for (ContainerNode node : nodes) {
            try {
                node.destroy();
            } catch (DockerException e) {
                // Swept below.
            }
        }
        network.close();
        Engine.sweep();
    }
}
