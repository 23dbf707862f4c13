package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent.NodeStopped;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends and beginnings: what a node leaves behind, what it finds, and what it refuses to start on. */
final class RestartIT {
    private static final int END_SECONDS_MAX = 300;

    @TempDir
    Path temporary;

    @Test
    void records_that_ran_out_while_down_expire_by_events_before_ready() throws Exception {
        Path directory = temporary.resolve("data");
        Instant until;
        try (NodeProcess node = NodeProcess.start(directory).awaitReady()) {
            node.provide("b3:long", "local://long", 3600);
            for (int i = 0; i < 20; i++) {
                node.provide("b3:short-" + i, "local://short", 2);
            }
            until = Instant.now().plusSeconds(2);
            node.kill();
        }
        Awaitility.await("the records to run out").until(() -> Instant.now().isAfter(until));
        try (NodeProcess node = NodeProcess.start(directory).awaitReady()) {
            assertThat(node.find("b3:long")).containsExactly("local://long");
            assertThat(node.find("b3:short-7")).isEmpty();
            assertThat(node.listAll()).hasSize(1);
            node.terminate();
            node.awaitEnd();
        }
        List<Class<?>> types = JournalWalk.of(directory).types();
        assertThat(types.stream().filter(ProviderExpired.class::equals)).hasSize(20);
        assertThat(types.lastIndexOf(ProviderExpired.class)).isLessThan(types.lastIndexOf(ReadinessChanged.class));
    }

    @Test
    void sigterm_answers_what_is_under_way_and_ends_with_zero() throws Exception {
        Path directory = temporary.resolve("data");
        Ledger ledger = new Ledger("drain");
        try (NodeProcess node = NodeProcess.start(directory).awaitReady()) {
            try (Load load = Load.on(node, ledger, 7)) {
                Awaitility.await().until(() -> load.acknowledged() >= 200);
                node.terminate();
                assertThat(node.awaitEnd()).as(node.logText()).isZero();
            }
        }
        JournalWalk walk = JournalWalk.of(directory);
        assertThat(walk.lastType()).isEqualTo(NodeStopped.class);
        assertThat(walk.keyAtPosition()).containsAllEntriesOf(ledger.keyAtPosition());
        try (NodeProcess node = NodeProcess.start(directory).awaitReady()) {
            ledger.compareWith(node, 200);
        }
    }

    /** It answers before it is ready, and whoever starts it may have enough of waiting. */
    @Test
    void sigterm_while_it_waits_for_its_seeds_ends_with_zero_too() throws Exception {
        Path directory = temporary.resolve("data");
        try (NodeProcess node = NodeProcess.start(directory, "--strict-ready", "--seeds", "127.0.0.1:1")
                .awaitServing()) {
            node.terminate();
            assertThat(node.awaitEnd()).as(node.logText()).isZero();
        }
        assertThat(JournalWalk.of(directory).lastType()).isEqualTo(NodeStopped.class);
    }

    /** Something of it is only loaded when other threads run already, which alone would keep the process alive. */
    @Test
    void a_program_that_misses_a_jar_ends_with_a_line_and_an_exit_code() throws Exception {
        Path home = temporary.resolve("program");
        Path lib = Files.createDirectories(home.resolve("lib"));
        List<Path> links = new ArrayList<>();
        try (Stream<Path> jars = Files.list(Program.dist().resolve("lib"))) {
            // Not a link: jars that it names are looked for beside the file it really is.
            Files.copy(Program.dist().resolve("svc-dht.jar"), home.resolve("svc-dht.jar"));
            for (Path jar : jars.toList()) {
                if (!jar.getFileName().toString().matches("vertx-web-[0-9].*")) {
                    links.add(Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar));
                }
            }
            ProcessBuilder builder = NodeProcess.builder(
                    List.of("--data-dir", temporary.resolve("data").toString()));
            builder.environment().put("SVC_DHT_HOME", home.toString());
            Program.Ended ended =
                    Program.run(builder, Path.of("/dev/null"), END_SECONDS_MAX).as(1);
            assertThat(ended.err())
                    .contains("svc-dht: cannot go on: java.lang.NoClassDefFoundError: io/vertx/ext/web/");
        } finally {
            for (Path link : links) {
                Files.delete(link);
            }
        }
    }

    @Test
    void a_second_process_on_the_same_directory_is_told_the_path() throws Exception {
        Path directory = temporary.resolve("data");
        try (NodeProcess first = NodeProcess.start(directory).awaitReady();
                NodeProcess second = NodeProcess.start(directory)) {
            assertThat(second.awaitEnd()).isEqualTo(3);
            assertThat(second.logText()).contains(directory.toString()).contains("in use");
            assertThat(first.provide("b3:undisturbed", "self", 60).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void an_address_in_use_is_told() throws Exception {
        try (NodeProcess first = NodeProcess.start(temporary.resolve("first")).awaitReady()) {
            Program.Ended second = Program.run(
                    "run",
                    "--admin-bind",
                    first.hostPort(),
                    "--peer-bind",
                    "127.0.0.1:0",
                    "--data-dir",
                    temporary.resolve("second").toString());
            assertThat(second.as(3).err()).contains(first.hostPort());
        }
    }

    @Test
    void a_foreign_directory_is_refused_and_left_alone() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("foreign"));
        Files.writeString(directory.resolve("thesis.txt"), "chapter one");
        try (NodeProcess node = NodeProcess.start(directory)) {
            assertThat(node.awaitEnd()).as(node.logText()).isEqualTo(2);
            assertThat(node.logText()).contains(directory.toString()).contains("thesis.txt");
        }
        assertThat(contents(directory)).containsOnlyKeys("thesis.txt");
    }

    @Test
    void a_directory_that_cannot_be_made_is_told() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "not a directory");
        for (Path unusable : List.of(file, file.resolve("below"))) {
            try (NodeProcess node = NodeProcess.start(unusable)) {
                assertThat(node.awaitEnd()).as(node.logText()).isEqualTo(2);
                assertThat(node.logText()).contains(unusable.toString());
            }
        }
        assertThat(file).hasContent("not a directory");
    }

    @Test
    void a_damaged_journal_is_named_and_not_started_on() throws Exception {
        Path directory = temporary.resolve("data");
        try (NodeProcess node = NodeProcess.start(directory).awaitReady()) {
            for (int i = 0; i < 50; i++) {
                node.provide("b3:record-" + i, "local://some-locator", 3600);
            }
            node.terminate();
            node.awaitEnd();
        }
        String text = "b3:record-25";
        Path file = journalFileWith(directory, text);
        byte[] bytes = Files.readAllBytes(file);
        int at = indexOf(bytes, text);
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
            c.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[at + 3] ^ 1)}), at + 3);
        }
        Map<String, Long> before = contents(directory.resolve("journal"));
        try (NodeProcess node = NodeProcess.start(directory)) {
            assertThat(node.awaitEnd()).as(node.logText()).isEqualTo(5);
            assertThat(node.logText()).contains(file.getFileName().toString()).contains("position");
        }
        assertThat(contents(directory.resolve("journal")).keySet()).isEqualTo(before.keySet());
        Program.Ended verify = Program.run("journal", "verify", "--data-dir", directory.toString())
                .as(5);
        assertThat(verify.err()).contains(file.getFileName().toString());
    }

    @Test
    void sighup_takes_what_is_hot_and_refuses_a_bad_file() throws Exception {
        Path directory = temporary.resolve("data");
        Path settings = temporary.resolve("node.toml");
        Files.writeString(settings, "ttl_secs = 100\n");
        try (NodeProcess node =
                NodeProcess.start(directory, "--config", settings.toString()).awaitReady()) {
            assertThat(ttlUsed(node)).isEqualTo(100);

            Files.writeString(settings, "# longer\nttl_secs = 200\n");
            node.signal("HUP");
            Awaitility.await("the new setting").atMost(Duration.ofMinutes(1)).until(() -> ttlUsed(node) == 200);
            assertThat(node.get("/journal/events?type=ConfigChanged").body()).contains("ttl_secs");

            Files.writeString(settings, "# worse\n\nttl_secs = -1\n");
            node.signal("HUP");
            Awaitility.await("the refusal").atMost(Duration.ofMinutes(1)).until(() -> node.logText()
                    .contains(settings.getFileName() + ":3"));
            assertThat(ttlUsed(node)).isEqualTo(200);
            assertThat(node.isAlive()).isTrue();
        }
    }

    @Test
    void amnesia_writes_nothing() throws Exception {
        Path workingDirectory = Files.createDirectory(temporary.resolve("cwd"));
        Path home = Files.createDirectory(temporary.resolve("home"));
        Path directory = temporary.resolve("data");
        ProcessBuilder builder = NodeProcess.builder(List.of("--amnesia", "--data-dir", directory.toString()))
                .directory(workingDirectory.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("SVC_DHT_JAVA_OPTS", "-Duser.home=" + home);
        try (NodeProcess node = NodeProcess.start(builder).awaitReady()) {
            assertThat(node.provide("b3:secret", "local://secret", 600).statusCode())
                    .isEqualTo(200);
            assertThat(node.find("b3:secret")).containsExactly("local://secret");
            node.terminate();
            assertThat(node.awaitEnd()).isZero();
        }
        assertThat(directory).doesNotExist();
        assertThat(contents(workingDirectory)).isEmpty();
        assertThat(contents(home)).isEmpty();
    }

    private static int ttlUsed(NodeProcess node) throws Exception {
        return NodeProcess.json(node.send(node.request("/dht/provide")
                        .header("Content-Type", "application/json")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"cid\":\"b3:ttl\"}"))))
                .get("ttl_secs_used")
                .asInt();
    }

    /** Where the journal began a new file meanwhile, there are several. */
    private static Path journalFileWith(Path directory, String text) throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve("journal"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".cq4")).sorted().toList()) {
                if (indexOf(Files.readAllBytes(file), text) >= 0) {
                    return file;
                }
            }
        }
        throw new AssertionError(text + " is in no file of the journal");
    }

    /** -1 where it is not. */
    private static int indexOf(byte[] bytes, String text) {
        byte[] wanted = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int i = 0; i <= bytes.length - wanted.length; i++) {
            if (java.util.Arrays.mismatch(bytes, i, i + wanted.length, wanted, 0, wanted.length) < 0) {
                return i;
            }
        }
        return -1;
    }

    /** Every file below, with its size. */
    private static Map<String, Long> contents(Path directory) throws Exception {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                sizes.put(directory.relativize(file).toString(), Files.size(file));
            }
        }
        return sizes;
    }
}
