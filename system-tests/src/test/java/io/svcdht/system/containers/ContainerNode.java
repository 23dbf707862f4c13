package io.svcdht.system.containers;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * One node of a cluster: a container with an address and a volume that outlive it. Reached at its own address, as published
 * ports change with every start and end with the network.
 */
final class ContainerNode {
    private static final int MEMORY_MIB = 512;

    private final int index;
    private String address;
    private final Cluster cluster;
    private final Map<String, String> environment;
    private final List<Bind> more;
    private String volume;
    private int life = 1;
    private volatile boolean down = true;
    private GenericContainer<?> container;

    /** @param more what is bound into the container besides its volume and the tokens */
    ContainerNode(int index, String address, Cluster cluster, Map<String, String> environment, List<Bind> more) {
        this.index = index;
        this.address = address;
        this.cluster = cluster;
        this.environment = environment;
        this.more = List.copyOf(more);
        this.volume = Engine.volume();
        this.container = container();
    }

    private GenericContainer<?> container() {
        List<Bind> binds =
                new ArrayList<>(List.of(new Bind(cluster.tokens(), new Volume("/tokens"), AccessMode.ro), dataBind()));
        binds.addAll(more);
        return new GenericContainer<>(DockerImageName.parse(Engine.IMAGE))
                .withImagePullPolicy(name -> false)
                .withNetwork(cluster.network())
                .withCommand("run")
                .withCreateContainerCmdModifier(command -> {
                    String networkMode = java.util.Objects.requireNonNull(command.getHostConfig())
                            .getNetworkMode();
                    Engine.configured(command, environment)
                            .withHostName("node" + index)
                            .withIpv4Address(address)
                            .withHostConfig(Engine.hardened(MEMORY_MIB, binds).withNetworkMode(networkMode));
                });
    }

    private Bind dataBind() {
        return new Bind(volume, new Volume("/data"));
    }

    int index() {
        return index;
    }

    /** Which journal of this node it is on: a destroyed volume begins another. */
    int life() {
        return life;
    }

    String address() {
        return address;
    }

    /** Whether it was taken down by the test. */
    boolean isDown() {
        return down;
    }

    Api api() {
        return new Api(URI.create("http://%s:5301".formatted(address)), cluster.token());
    }

    String id() {
        return container.getContainerId();
    }

    ContainerNode start() {
        container.start();
        down = false;
        return this;
    }

    ContainerNode awaitReady() {
        try {
            Awaitility.await("node %d to be ready".formatted(index))
                    .atMost(Engine.PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> api().status("/readyz") == 200);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("%s; it said:%n%s".formatted(e.getMessage(), Engine.log(id())), e);
        }
        return this;
    }

    /** SIGKILL. */
    void kill() {
        down = true;
        Engine.client().killContainerCmd(id()).exec();
        awaitStopped();
    }

    /** SIGTERM; answers the exit code. */
    int stop() throws InterruptedException {
        down = true;
        Engine.client().killContainerCmd(id()).withSignal("TERM").exec();
        return Engine.awaitEnd(id()).exitCode();
    }

    private void awaitStopped() {
        Awaitility.await().atMost(Engine.PATIENCE).until(() -> !Engine.isRunning(id()));
    }

    /** On the volume it had. */
    void startAgain() {
        Engine.client().startContainerCmd(id()).exec();
        down = false;
    }

    /** Takes container and volume away for good. */
    void destroy() {
        down = true;
        container.stop();
        Engine.removeVolume(volume);
    }

    /**
     * A new life on a new volume, at another address, as a container elsewhere gets it. At the same one it would be
     * somebody else at a door that others have just knocked at, which they do once in ten minutes.
     */
    void beginAnew(String elsewhere) {
        volume = Engine.volume();
        environment.replace("DHT_ADVERTISE", elsewhere + ":5302");
        address = elsewhere;
        life++;
        container = container();
        start();
    }

    void pause() {
        Engine.client().pauseContainerCmd(id()).exec();
    }

    void unpause() {
        Engine.client().unpauseContainerCmd(id()).exec();
    }
}
