package io.svcdht.system.containers;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.svcdht.system.Program;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;
import org.awaitility.Awaitility;

/**
 * Three brokers of Apache Kafka in a cluster's network, each a controller as well, so that any one of them may be killed. A
 * container has the Java of our image, and the jars that this test's own class path has.
 */
final class Brokers implements AutoCloseable {
    static final int COUNT = 3;

    private static final int PORT = 9092;
    private static final int CONTROLLER_PORT = 9093;
    private static final int FIRST_ADDRESS = 50;
    private static final int MEMORY_MIB = 640;
    private static final String CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
    /** Of the file that holds the broker itself, below the directory of all jars. */
    private static final String IN_REPOSITORY = "/org/apache/kafka/kafka_2.13/";

    private final Cluster cluster;
    private final List<String> containers = new ArrayList<>();
    private final Admin admin;

    private Brokers(Cluster cluster) {
        this.cluster = cluster;
        this.admin = Admin.create(Map.of("bootstrap.servers", servers()));
    }

    /** Starts them, and waits until they know each other. */
    static Brokers start(Cluster cluster, Path directory) throws IOException {
        Brokers all = new Brokers(cluster);
        try {
            for (int id = 1; id <= COUNT; id++) {
                all.containers.add(all.create(id, Files.createDirectory(directory.resolve("broker" + id))));
            }
            all.containers.forEach(c -> Engine.client().startContainerCmd(c).exec());
            Awaitility.await("three brokers")
                    .atMost(Engine.PATIENCE)
                    .ignoreExceptions()
                    .until(() -> all.admin
                                    .describeCluster()
                                    .nodes()
                                    .get(5, TimeUnit.SECONDS)
                                    .size()
                            == COUNT);
            return all;
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** Where all of them are met. */
    String servers() {
        return IntStream.rangeClosed(1, COUNT)
                .mapToObj(id -> "%s:%d".formatted(address(id), PORT))
                .collect(Collectors.joining(","));
    }

    private String address(int id) {
        return cluster.address(FIRST_ADDRESS + id);
    }

    private String create(int id, Path directory) throws IOException {
        Path log = directory.resolve("log");
        Path properties = Files.write(directory.resolve("server.properties"), properties(id, log));
        Path logging = Files.copy(
                Program.checkout().resolve("config").resolve("logback-test.xml"), directory.resolve("logback.xml"));
        format(properties);
        List<String> jars = jars();
        String repository = jars.stream()
                .filter(j -> j.contains(IN_REPOSITORY))
                .map(j -> j.substring(0, j.indexOf(IN_REPOSITORY)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no broker on the class path: " + jars));
        List<Bind> binds = List.of(
                new Bind(repository, new Volume(repository), AccessMode.ro),
                new Bind(directory.toString(), new Volume(directory.toString())));
        return Engine.configured(Engine.client().createContainerCmd(Engine.IMAGE), Map.of())
                .withHostName("broker" + id)
                .withIpv4Address(address(id))
                .withUser("0:0")
                .withWorkingDir(directory.toString())
                .withEntrypoint("java")
                .withCmd(
                        "-Xmx320m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Dlogback.configurationFile=" + logging,
                        "-cp",
                        jars.stream().filter(j -> j.startsWith(repository)).collect(Collectors.joining(":")),
                        "kafka.Kafka",
                        properties.toString())
                .withHostConfig(Engine.hardened(MEMORY_MIB, binds)
                        .withNetworkMode(cluster.network().getId()))
                .exec()
                .getId();
    }

    private static List<String> jars() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(p -> p.endsWith(".jar"))
                .toList();
    }

    private List<String> properties(int id, Path log) {
        String voters = IntStream.rangeClosed(1, COUNT)
                .mapToObj(i -> "%d@%s:%d".formatted(i, address(i), CONTROLLER_PORT))
                .collect(Collectors.joining(","));
        return List.of(
                "process.roles=broker,controller",
                "node.id=" + id,
                "controller.quorum.voters=" + voters,
                "listeners=PLAINTEXT://%s:%d,CONTROLLER://%s:%d"
                        .formatted(address(id), PORT, address(id), CONTROLLER_PORT),
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                "log.dirs=" + log,
                "auto.create.topics.enable=false",
                "min.insync.replicas=2",
                "offsets.topic.num.partitions=1",
                "offsets.topic.replication.factor=3",
                "transaction.state.log.num.partitions=1",
                "transaction.state.log.replication.factor=3",
                "transaction.state.log.min.isr=2",
                "num.network.threads=2",
                "num.io.threads=2",
                "log.cleaner.dedupe.buffer.size=4194304",
                // One that was killed is believed alive for that long, and who leads is not asked before.
                "broker.session.timeout.ms=3000",
                "broker.heartbeat.interval.ms=500",
                "controlled.shutdown.enable=false");
    }

    private static void format(Path properties) throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        int code = StorageTool.execute(new String[] {"format", "-t", CLUSTER_ID, "-c", properties.toString()}, nowhere);
        if (code != 0) {
            throw new IOException("formatting for %s ended with %d".formatted(properties, code));
        }
    }

    /** Which broker leads the first partition of a topic; 0 = none now. */
    int leaderOf(String topic) throws Exception {
        Node leader = admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get(30, TimeUnit.SECONDS)
                .get(topic)
                .partitions()
                .getFirst()
                .leader();
        return leader == null || leader.isEmpty() ? 0 : leader.id();
    }

    /** SIGKILL, for good. */
    void kill(int id) {
        Engine.client().killContainerCmd(containers.get(id - 1)).exec();
    }

    /** Containers are swept with the cluster's. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
