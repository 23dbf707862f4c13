package io.svcdht.kafka;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.KafkaConfig.Ship;
import io.svcdht.node.config.KafkaConfig.Store;
import io.svcdht.node.config.KafkaConfig.Topics;
import io.svcdht.node.config.NodeConfig.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * A real broker that is its own controller, in a process of its own, so that it can be killed as brokers are. At a second
 * address it wants TLS and a password.
 */
final class BrokerProcess implements AutoCloseable {
    static final String MECHANISM = "SCRAM-SHA-512";
    static final String LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule";
    /** Whom it knows at its second address. */
    static final String USER = "node";

    static final String PASSWORD = "nobody-is-to-read-this";

    private static final long START_SECONDS = 120;
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static volatile BrokerProcess shared;

    private final Path directory;
    private final Path properties;
    private final HostPort address;
    private final HostPort secured;
    private Process process;

    private BrokerProcess(Path directory) throws IOException {
        this.directory = directory;
        this.properties = directory.resolve("server.properties");
        address = new HostPort("127.0.0.1", freePort());
        secured = new HostPort("127.0.0.1", freePort());
        int controller = freePort();
        Authority authority = Authority.in(directory);
        List<String> lines = new ArrayList<>(List.of(
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@127.0.0.1:" + controller,
                "listeners=PLAINTEXT://%s,SASL_SSL://%s,CONTROLLER://127.0.0.1:%d"
                        .formatted(address, secured, controller),
                "advertised.listeners=PLAINTEXT://%s,SASL_SSL://%s".formatted(address, secured),
                "controller.listener.names=CONTROLLER",
                "inter.broker.listener.name=PLAINTEXT",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL",
                "sasl.enabled.mechanisms=" + MECHANISM,
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=%s required;".formatted(LOGIN),
                "ssl.keystore.type=PEM",
                "ssl.keystore.location=" + authority.server(),
                "log.dirs=" + directory.resolve("log"),
                "auto.create.topics.enable=false",
                "offsets.topic.num.partitions=1",
                "offsets.topic.replication.factor=1",
                "transaction.state.log.num.partitions=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "group.initial.rebalance.delay.ms=0",
                "num.network.threads=2",
                "num.io.threads=2",
                "log.cleaner.dedupe.buffer.size=4194304",
                // Or a broker that was killed is believed alive for nine seconds, and may not come back meanwhile.
                "broker.session.timeout.ms=1000",
                "broker.heartbeat.interval.ms=200",
                "controlled.shutdown.enable=false",
                // What a broker would forget after minutes is missed by the test that wrote it, and not by a later one.
                "log.initial.task.delay.ms=200",
                "log.retention.check.interval.ms=500"));
        Files.write(properties, lines);
    }

    /** One for all tests of this JVM that do not harm it; each takes a prefix of its own. */
    static synchronized BrokerProcess shared() throws IOException {
        if (shared == null) {
            BrokerProcess started = own();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            shared = started;
        }
        return shared;
    }

    /** One that may be killed. */
    static BrokerProcess own() throws IOException {
        for (int attempt = 1; ; attempt++) {
            BrokerProcess made = new BrokerProcess(Files.createTempDirectory("broker"));
            try {
                made.start();
                return made;
            } catch (IOException e) {
                made.close();
                // A port that was free may have been taken since.
                if (attempt == 3) {
                    throw e;
                }
            }
        }
    }

    /** Below those that the system gives to connections, or one of them could have it when the broker comes back. */
    static int freePort() {
        SecureRandom luck = new SecureRandom();
        while (true) {
            int port = 10_000 + luck.nextInt(20_000);
            try (ServerSocket s = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return s.getLocalPort();
            } catch (IOException e) {
                // Somebody has it; there are others.
            }
        }
    }

    /** Starts it, again if need be, at the same address and with what it had; returns when it answers. */
    void start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx320m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.add("-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> a.startsWith("--enable-native") || a.startsWith("--sun-"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(BrokerMain.class.getName());
        command.add(properties.toString());
        command.add(directory.resolve("log").toString());
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("broker.log").toFile()))
                .start();
        awaitAnswer();
    }

    private void awaitAnswer() throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try (Admin admin = Admin.create(new ClientSettings(config("any")).admin())) {
            while (true) {
                try {
                    if (!admin.describeCluster()
                            .nodes()
                            .get(2, TimeUnit.SECONDS)
                            .isEmpty()) {
                        return;
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                } catch (Exception e) {
                    if (!process.isAlive() || System.nanoTime() > until) {
                        throw new IOException("no broker: " + Files.readString(directory.resolve("broker.log")), e);
                    }
                }
            }
        }
    }

    /** As a power cut of its machine would end it, but for the page cache. */
    void kill() {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the partitions of a topic take on the disk. */
    long bytesOf(String topic) throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(directory.resolve("log"))) {
            for (Path p : all.filter(f -> f.toString().endsWith(".log")).toList()) {
                if (p.getParent().getFileName().toString().startsWith(topic + "-")) {
                    bytes += Files.size(p);
                }
            }
        }
        return bytes;
    }

    HostPort address() {
        return address;
    }

    /** Where it wants TLS, trusted by {@link #authority}, and {@link #USER} with {@link #PASSWORD}. */
    HostPort secured() {
        return secured;
    }

    /** The certificate of the authority that signed its own, as PEM. */
    Path authority() {
        return Authority.certificateIn(directory);
    }

    KafkaConfig config(String prefix) {
        return config(prefix, Ship.ALL, Store.CHRONICLE);
    }

    KafkaConfig config(String prefix, Ship ship, Store store) {
        return new KafkaConfig(List.of(address), prefix, Optional.empty(), ship, new Topics(true, 2, 1), store);
    }

    /** A beginning of topics' names that no other test of this JVM has. */
    static String prefix() {
        return "t" + PREFIXES.incrementAndGet();
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
