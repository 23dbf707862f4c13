package io.svcdht.system.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.StreamType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;

/** The engine, beyond what Testcontainers says of it. Everything made here carries its label, and is swept by it. */
final class Engine {
    /** What docker/build has made. */
    static final String IMAGE = System.getProperty("svcdht.image", "svc-dht:latest");

    /** How long tests wait for what comes sooner or later, on a machine with two cores and as many nodes as here. */
    static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("svcdht.containers.patience.seconds", 300));

    private static final Map<String, String> LABELS = DockerClientFactory.DEFAULT_LABELS;
    private static final String LABEL = "org.testcontainers=true";
    private static final String MEMORY_DIRECTORY = "rw,exec,nosuid,size=64m";
    private static final long MIB = 1 << 20;

    private Engine() {}

    static DockerClient client() {
        return DockerClientFactory.lazyClient();
    }

    /** What a container that has ended left behind. */
    record Ended(int exitCode, String out, String err) {
        String text() {
            return out + err;
        }
    }

    /** As it is run in production: nothing writable but the volume and a little memory, no capability, no way to more. */
    static HostConfig hardened(int memoryMib, List<Bind> binds) {
        return HostConfig.newHostConfig()
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withMemory(memoryMib * MIB)
                .withMemorySwap(memoryMib * MIB)
                .withTmpFs(Map.of("/tmp", MEMORY_DIRECTORY))
                .withBinds(binds);
    }

    /** The same for a container whose command is at hand; it is not asked for its health, which costs a JVM each time. */
    static CreateContainerCmd configured(CreateContainerCmd command, Map<String, String> environment) {
        return command.withLabels(new HashMap<>(LABELS))
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .withEnv(environment.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList());
    }

    /** Runs a command of the image to its end. */
    static Ended run(HostConfig host, Map<String, String> environment, String... args) throws InterruptedException {
        String id = create(host, environment, args);
        try {
            client().startContainerCmd(id).exec();
            return awaitEnd(id);
        } finally {
            remove(id);
        }
    }

    static String create(HostConfig host, Map<String, String> environment, String... args) {
        return configured(client().createContainerCmd(IMAGE), environment)
                .withHostConfig(host)
                .withCmd(args)
                .exec()
                .getId();
    }

    static Ended awaitEnd(String id) throws InterruptedException {
        int code = client().waitContainerCmd(id)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return new Ended(code, log(id, StreamType.STDOUT), log(id, StreamType.STDERR));
    }

    /** What it has said so far. */
    static String log(String id) {
        return log(id, StreamType.STDOUT) + log(id, StreamType.STDERR);
    }

    private static String log(String id, StreamType which) {
        StringBuilder text = new StringBuilder();
        try (ResultCallback.Adapter<Frame> frames = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
                text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
            }
        }) {
            client().logContainerCmd(id)
                    .withStdOut(which == StreamType.STDOUT)
                    .withStdErr(which == StreamType.STDERR)
                    .exec(frames)
                    .awaitCompletion(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (java.io.IOException e) {
            text.append(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return text.toString();
    }

    static boolean isRunning(String id) {
        return Boolean.TRUE.equals(
                client().inspectContainerCmd(id).exec().getState().getRunning());
    }

    static void remove(String id) {
        client().removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    }

    /** A volume on the engine's disk. */
    static String volume() {
        return volume(Map.of());
    }

    /** A volume of a certain size in memory, owned by the image's user: a disk that can be full. */
    static String volume(int mib) {
        return volume(Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=%dm,uid=65532,mode=0700".formatted(mib)));
    }

    private static String volume(Map<String, String> options) {
        String name = "svc-dht-" + UUID.randomUUID();
        client().createVolumeCmd()
                .withName(name)
                .withLabels(LABELS)
                .withDriverOpts(options)
                .exec();
        return name;
    }

    static void removeVolume(String name) {
        client().removeVolumeCmd(name).exec();
    }

    /** Removes whatever tests have left, also those that were killed. */
    static void sweep() {
        List<String> failures = new ArrayList<>();
        client().listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(LABEL))
                .exec()
                .forEach(c -> quietly(failures, () -> remove(c.getId())));
        client().listVolumesCmd()
                .withFilter("label", List.of(LABEL))
                .exec()
                .getVolumes()
                .forEach(v -> quietly(failures, () -> removeVolume(v.getName())));
        client().listNetworksCmd()
                .withFilter("label", List.of(LABEL))
                .exec()
                .forEach(n -> quietly(
                        failures, () -> client().removeNetworkCmd(n.getId()).exec()));
        if (!failures.isEmpty()) {
            throw new AssertionError("not everything could be swept away: " + failures);
        }
    }

    private static void quietly(List<String> failures, Runnable removal) {
        try {
            removal.run();
        } catch (DockerException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }
}
