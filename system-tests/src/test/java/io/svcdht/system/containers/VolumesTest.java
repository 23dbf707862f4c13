package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.svcdht.system.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What an operator may hand a container in place of a good volume: it serves, or it ends with a sentence and a code. Each has
 * containers and volumes of its own; two at a time, as most of the time goes into starts of one thread. The class itself is
 * alone: others sweep away what they find.
 */
final class VolumesTest {
    private static final int UID = 65532;
    private static final int MEMORY_MIB = 512;
    private static final int BAD_CONFIGURATION = 2;
    private static final int IN_USE = 3;
    private static final long HALF_A_RESERVE_BYTES = 16L << 20;
    /** With so many threads a JVM has one that handles signals. */
    private static final int JVM_THREADS = 12;

    private final List<String> containers = new ArrayList<>();
    private final List<String> volumes = new ArrayList<>();

    @TempDir
    Path temporary;

    @BeforeAll
    static void sweep() {
        Engine.sweep();
    }

    @AfterEach
    void end() {
        containers.forEach(Engine::remove);
        volumes.forEach(Engine::removeVolume);
    }

    private String volume() {
        String name = Engine.volume();
        volumes.add(name);
        return name;
    }

    private static HostConfig on(String volume) {
        return Engine.hardened(MEMORY_MIB, List.of(new Bind(volume, new Volume("/data"))));
    }

    private static Map<String, String> settings(String... more) {
        Map<String, String> all = new HashMap<>(Map.of("DHT_DISK_RESERVE", "4MiB", "DHT_LOG_FORMAT", "text"));
        for (String setting : more) {
            all.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        return all;
    }

    private String start(HostConfig host, Map<String, String> environment) {
        String id = Engine.create(host, environment, "run");
        containers.add(id);
        Engine.client().startContainerCmd(id).exec();
        return id;
    }

    private static void awaitLog(String id, String text) {
        try {
            Awaitility.await("the log to say " + text)
                    .atMost(Engine.PATIENCE)
                    .until(() -> Engine.log(id).contains(text) || !Engine.isRunning(id));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("%s; it said:%n%s".formatted(e.getMessage(), Engine.log(id)), e);
        }
        assertThat(Engine.log(id)).contains(text);
    }

    private static void assertRefused(Engine.Ended ended, int code, String... sentence) {
        assertThat(ended.text()).contains(sentence);
        assertThat(ended.exitCode()).as(ended.text()).isEqualTo(code);
    }

    private static void kill(String id, String signal) {
        Engine.client().killContainerCmd(id).withSignal(signal).exec();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void without_a_volume_on_a_read_only_root_it_says_what_cannot_be_written() throws Exception {
        assertRefused(
                Engine.run(Engine.hardened(MEMORY_MIB, List.of()), settings(), "run"),
                BAD_CONFIGURATION,
                "data directory /data cannot be written");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void without_a_volume_on_a_root_of_its_own_it_warns_that_all_goes_with_the_container() {
        HostConfig host = Engine.hardened(MEMORY_MIB, List.of()).withReadonlyRootfs(false);
        awaitLog(start(host, settings()), "goes with the container");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void a_volume_of_roots_is_refused() throws Exception {
        Path roots = Files.createDirectory(temporary.resolve("roots"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(roots, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertRefused(
                Engine.run(on(roots.toString()), settings(), "run"),
                BAD_CONFIGURATION,
                "data directory /data cannot be written: AccessDeniedException");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void a_read_only_volume_is_refused() throws Exception {
        Bind readOnly = new Bind(volume(), new Volume("/data"), AccessMode.ro);
        assertRefused(
                Engine.run(Engine.hardened(MEMORY_MIB, List.of(readOnly)), settings(), "run"),
                BAD_CONFIGURATION,
                "data directory /data cannot be written",
                "Read-only file system");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void two_nodes_on_one_volume_or_one_port_the_second_is_refused_and_the_first_goes_on() throws Exception {
        String shared = volume();
        String first = start(on(shared), settings());
        awaitLog(first, "Serving node");
        assertRefused(
                Engine.run(on(shared), settings(), "run"), IN_USE, "data directory /data is in use by another node");
        assertRefused(
                Engine.run(on(volume()).withNetworkMode("container:" + first), settings(), "run"),
                IN_USE,
                "cannot listen at admin_bind = 127.0.0.1:5301");
        assertThat(Engine.isRunning(first)).isTrue();
        kill(first, "TERM");
        assertThat(Engine.awaitEnd(first).exitCode()).isZero();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void a_volume_too_small_is_refused_with_what_is_free() throws Exception {
        String small = Engine.volume(8);
        volumes.add(small);
        assertRefused(
                Engine.run(on(small), settings("DHT_DISK_RESERVE=64MiB"), "run"),
                BAD_CONFIGURATION,
                "are free on the volume of /data/journal, below disk_reserve=64.0 MiB");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void seeds_that_resolve_later_are_asked_again_until_they_do() throws Exception {
        String network = Engine.client()
                .createNetworkCmd()
                .withName("svc-dht-late-" + java.util.UUID.randomUUID())
                .withLabels(new HashMap<>(org.testcontainers.DockerClientFactory.DEFAULT_LABELS))
                .exec()
                .getId();
        try {
            String early = start(
                    on(volume()).withNetworkMode(network),
                    settings("DHT_SEEDS=late:5302", "DHT_PEER_BIND=0.0.0.0:5302", "DHT_ADVERTISE=10.0.0.1:5302"));
            awaitLog(early, "Serving node");
            String late = Engine.configured(
                            Engine.client().createContainerCmd(Engine.IMAGE),
                            settings("DHT_PEER_BIND=0.0.0.0:5302", "DHT_ADVERTISE=10.0.0.2:5302"))
                    .withHostConfig(on(volume()).withNetworkMode(network))
                    .withAliases("late")
                    .withCmd("run")
                    .exec()
                    .getId();
            containers.add(late);
            Engine.client().startContainerCmd(late).exec();
            awaitLog(early, "Ready, 1 of 1 seeds answer");
        } finally {
            containers.forEach(Engine::remove);
            containers.clear();
            Engine.client().removeNetworkCmd(network).exec();
        }
    }

    // --- journals that are there already -----------------------------------------------------------------------------

    /**
     * What a node of version 0.1 left when it was killed: eight records, one of them taken back, and its keys, which are
     * nobody else's. Owned by the image's user.
     */
    private Path fixture() throws IOException {
        Path data = temporary.resolve("fixture");
        Path zip = Program.checkout().resolve("system-tests/src/test/resources/fixtures/node-0.1/data.zip");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                Path file = data.resolve(e.getName()).normalize();
                assertThat(file).startsWithRaw(data);
                if (e.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file);
                }
            }
        }
        try (Stream<Path> all = Files.walk(data)) {
            for (Path file : all.toList()) {
                Files.setAttribute(file, "unix:uid", UID);
                Files.setAttribute(file, "unix:gid", UID);
                // As the node made them; the archive does not say.
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwx------" : "rw-------"));
            }
        }
        return data;
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void the_journal_of_an_earlier_version_is_taken_up() throws Exception {
        Path data = fixture();
        HostConfig host = on(data.toString());
        Engine.Ended before = Engine.run(host, settings(), "journal", "verify", "--data-dir", "/data");
        assertThat(before.exitCode()).as(before.text()).isZero();
        assertThat(before.out()).contains("7 records, 1 tombstones", "intact up to position");
        String node = start(host, settings());
        awaitLog(node, "Serving node");
        kill(node, "TERM");
        Engine.Ended ended = Engine.awaitEnd(node);
        assertThat(ended.exitCode()).as(ended.text()).isZero();
        Engine.Ended after = Engine.run(host, settings(), "journal", "verify", "--data-dir", "/data");
        assertThat(after.out()).contains("NodeStopped", "intact up to position");
        assertThat(after.exitCode()).as(after.text()).isZero();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void sigterm_while_it_replays_ends_it_and_the_next_start_serves_everything() throws Exception {
        HostConfig host = on(volume());
        String first = start(host, settings());
        awaitLog(first, "Serving node");
        kill(first, "KILL");
        Engine.awaitEnd(first);
        // As soon as the JVM heeds signals (before that the kernel keeps them from a container's first process), and
        // when it
        // is at its journal: TERM must end it.
        for (boolean late : new boolean[] {false, true}) {
            String again = start(host, settings());
            Engine.Ended ended = terminatedEarly(again, late);
            assertThat(ended.exitCode()).as(ended.text()).isIn(0, 143);
        }
        String last = start(host, settings());
        awaitLog(last, "Serving node");
        assertThat(Engine.log(last)).doesNotContain("damaged");
    }

    private static Engine.Ended terminatedEarly(String id, boolean late) throws InterruptedException {
        Awaitility.await()
                .atMost(Engine.PATIENCE)
                .until(() -> late ? Engine.log(id).contains("asn_file") : threads(id) > JVM_THREADS);
        kill(id, "TERM");
        return Engine.awaitEnd(id);
    }

    private static int threads(String id) {
        String[][] processes = Engine.client()
                .topContainerCmd(id)
                .withPsArgs("-eLo pid,tid")
                .exec()
                .getProcesses();
        return processes == null ? 0 : processes.length;
    }

    // --- limits ------------------------------------------------------------------------------------------------------

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void in_256_mib_it_starts_with_fewer_records_and_says_how_many() throws Exception {
        HostConfig host = Engine.hardened(256, List.of(new Bind(volume(), new Volume("/data"))));
        String node = start(host, settings());
        awaitLog(node, "Serving node");
        String room = Engine.log(node)
                .lines()
                .filter(l -> l.contains("max_records"))
                .findFirst()
                .orElse("");
        System.out.println("VolumesTest: in 256 MiB: " + room);
        assertThat(room).containsPattern("Room for 1[0-9]{5} records \\(max_records\\) in a heap of 1[0-9]{2} MiB");
        assertThat(Engine.isRunning(node)).isTrue();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void a_full_volume_refuses_writes_answers_finds_and_takes_writes_again_when_there_is_room() throws Exception {
        String small = Engine.volume(160);
        volumes.add(small);
        Bind tokens = new Bind(volume(), new Volume("/tokens"));
        Engine.Ended made =
                Engine.run(Engine.hardened(256, List.of(tokens)), settings(), "token", "--dir", "/tokens", "--show");
        String node = start(
                Engine.hardened(MEMORY_MIB, List.of(new Bind(small, new Volume("/data")), tokens)),
                settings(
                        "DHT_DISK_RESERVE=32MiB",
                        "DHT_ADMIN_BIND=0.0.0.0:5301",
                        "DHT_ADMIN_TOKEN_FILE=/tokens/tokens"));
        awaitLog(node, "Serving node");
        String address = Engine.client()
                .inspectContainerCmd(node)
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        Api api = new Api(
                URI.create("http://%s:5301".formatted(address)), made.out().strip());
        Awaitility.await().atMost(Engine.PATIENCE).until(() -> api.status("/readyz") == 200);
        assertThat(api.provide("b3:first", "local://shelf", Api.TTL_SECONDS, false)
                        .statusCode())
                .isEqualTo(200);

        String filler = filled(small);
        Awaitility.await("writes to be refused")
                .atMost(Engine.PATIENCE)
                .until(() -> api.provide("b3:full", "local://shelf", Api.TTL_SECONDS, false)
                                .statusCode()
                        == 503);
        JsonNode found = Api.json(api.find("b3:first", ""));
        assertThat(found.get("providers")).extracting(JsonNode::asText).containsExactly("local://shelf");

        Files.delete(Path.of(filler));
        Awaitility.await("writes to be taken again")
                .atMost(Engine.PATIENCE)
                .until(() -> api.provide("b3:again", "local://shelf", Api.TTL_SECONDS, false)
                                .statusCode()
                        == 200);
    }

    /** Real bytes beside the node's, until half the reserve is left. */
    private static String filled(String volume) throws IOException {
        String mount = Engine.client().inspectVolumeCmd(volume).exec().getMountpoint();
        Path file = Path.of(mount, "filler");
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] block = new byte[1 << 20];
            while (Files.getFileStore(file).getUsableSpace() > HALF_A_RESERVE_BYTES) {
                out.write(block);
            }
        }
        return file.toString();
    }
}
