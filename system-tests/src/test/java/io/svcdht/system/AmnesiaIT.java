package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In amnesia nothing of the whole process tree reaches a disk, from exec to exit; and what would is refused. */
final class AmnesiaIT {
    private static final Pattern ASSET = Pattern.compile("href=\"([^\"]*\\.css[^\"]*)\"");

    @TempDir
    Path temporary;

    private Path data() {
        return temporary.resolve("data");
    }

    private Path calls() {
        return temporary.resolve("calls");
    }

    private NodeProcess start(String jvmOptions) throws IOException {
        ProcessBuilder program = NodeProcess.builder(List.of("--amnesia", "--data-dir", data().toString()));
        program.environment().put("SVC_DHT_JAVA_OPTS", jvmOptions);
        return NodeProcess.start(SystemCalls.watched(program, calls()));
    }

    @Test
    void nothing_is_written_from_exec_to_exit() throws Exception {
        try (NodeProcess before = NodeProcess.start(data())) {
            before.awaitReady();
            assertThat(before.provide("b3:kept", "local://kept", 600).statusCode())
                    .isEqualTo(200);
            before.terminate();
            assertThat(before.awaitEnd()).isZero();
        }
        Map<String, String> dataBefore = files(data());
        assertThat(dataBefore).containsKey("node.key");

        try (NodeProcess node = start("")) {
            awaitReadyOrSkip(node);
            assertThat(node.find("b3:kept")).as("the journal is not read").isEmpty();
            assertThat(node.logText())
                    .contains("the journal in data_dir = " + data() + " is left untouched")
                    .contains("Amnesia: nothing is written to disk");
            useEverything(node);
            endOf(node);
        }

        List<String> calls = SystemCalls.calls(calls());
        assertThat(calls)
                .as("the launcher and the JVM were both watched")
                .anyMatch(c -> c.startsWith("execve(") && c.contains("/svc-dht\""))
                .anyMatch(c -> c.startsWith("execve(") && c.contains("/bin/java\""))
                .anyMatch(c -> c.startsWith("openat(") && c.contains("svc-dht.jar"));
        assertThat(SystemCalls.writes(calls))
                .as(() -> "what was started: "
                        + calls.stream().filter(c -> c.startsWith("execve(")).toList())
                .isEmpty();
        assertThat(files(data())).as("the data directory").isEqualTo(dataBefore);
    }

    private void awaitReadyOrSkip(NodeProcess node) {
        try {
            node.awaitReady();
        } catch (AssertionError e) {
            if (node.logText().contains("ptrace")) {
                SystemCalls.skip("strace may not trace here: " + node.logText());
            }
            throw e;
        }
    }

    /** Page, its style, a batch, finds, an error, metrics, the journal's tail, a withdrawal. */
    private static void useEverything(NodeProcess node) throws Exception {
        HttpResponse<String> page = node.get("/console/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("is left untouched");
        Matcher asset = ASSET.matcher(page.body());
        assertThat(asset.find()).as("the page has a style").isTrue();
        String path = asset.group(1);
        assertThat(node.get(path.startsWith("/") ? path : "/console/" + path).statusCode())
                .isEqualTo(200);
        StringBuilder lines = new StringBuilder("no JSON\n");
        for (int i = 0; i < 20_000; i++) {
            lines.append("{\"cid\":\"b3:amnesia-%d\",\"node\":\"local://a\",\"ttl_secs\":1}\n".formatted(i));
        }
        HttpResponse<String> batch = node.send(node.request("/dht/provide/batch")
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(lines.toString())));
        assertThat(batch.body().lines().filter(l -> l.contains("\"ok\":true"))).hasSize(20_000);
        assertThat(batch.body().lines().filter(l -> l.contains("\"ok\":false"))).hasSize(1);
        assertThat(node.provide("b3:amnesia", "local://a", 600).statusCode()).isEqualTo(200);
        assertThat(node.find("b3:amnesia")).containsExactly("local://a");
        assertThat(node.withdraw("b3:amnesia", "local://a").statusCode()).isEqualTo(200);
        assertThat(node.get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(node.get("/journal/state?at=1").statusCode()).isEqualTo(409);
        assertThat(node.get("/journal/events?limit=5").statusCode()).isEqualTo(200);
        assertThat(node.get("/metrics").body()).contains("dht_provides_total");
        assertThat(node.get("/openapi.json").statusCode()).isEqualTo(200);
    }

    /** Ends the program itself; strace then ends with its exit code. */
    private static void endOf(NodeProcess node) throws Exception {
        long java = ProcessHandle.of(node.pid())
                .orElseThrow()
                .descendants()
                .filter(p -> p.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow()
                .pid();
        assertThat(new ProcessBuilder("kill", "-TERM", Long.toString(java))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(node.awaitEnd()).isZero();
    }

    /** The same watch over a run with one flag less sees the file: it is no watch that cannot see. */
    @Test
    void without_one_flag_the_watch_sees_the_file_and_the_node_refuses() throws Exception {
        try (NodeProcess node = start("-XX:+UsePerfData")) {
            int code = node.awaitEnd();
            if (node.logText().contains("ptrace")) {
                SystemCalls.skip("strace may not trace here: " + node.logText());
            }
            assertThat(code).isEqualTo(2);
            assertThat(node.logText()).contains("-XX:-UsePerfData is missing", "hsperfdata", "launcher");
        }
        assertThat(SystemCalls.writes(SystemCalls.calls(calls())))
                .anyMatch(c -> c.contains("hsperfdata"))
                .anyMatch(c -> c.startsWith("openat(") && c.contains("O_CREAT"))
                .anyMatch(c -> c.startsWith("mmap(") && c.contains("MAP_SHARED"));
        assertThat(data()).doesNotExist();
    }

    @Test
    void a_bare_java_is_refused_with_all_that_is_missing() throws Exception {
        ProcessBuilder bare = Program.of(List.of());
        bare.command(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Program.dist().resolve("svc-dht.jar").toString(),
                "run",
                "--amnesia",
                "--data-dir",
                data().toString());
        bare.environment().put("JAVA_TOOL_OPTIONS", "-Dsome=thing");
        Program.Ended ended = Program.run(bare, Path.of("/dev/null")).as(2);
        assertThat(ended.err())
                .contains(
                        "amnesia is not possible like this",
                        "-XX:-UsePerfData is missing",
                        "-XX:+DisableAttachMechanism is missing",
                        "-XX:+ErrorFileToStderr is missing",
                        "-XX:-CreateCoredumpOnCrash is missing",
                        "JAVA_TOOL_OPTIONS must not be set",
                        "start it with the launcher svc-dht");
        if (Files.isDirectory(Path.of("/proc/self/fd"))) {
            assertThat(ended.err()).containsPattern("hsperfdata_\\S*/\\d+ is mapped for writing");
        }
        assertThat(data()).doesNotExist();
    }

    /** Relative path → size, time and content. */
    private static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.toList()) {
                String content = Files.isRegularFile(file) && Files.size(file) < 1 << 20
                        ? Integer.toHexString(java.util.Arrays.hashCode(Files.readAllBytes(file)))
                        : "";
                files.put(
                        directory.relativize(file).toString(),
                        "%d %s %s".formatted(Files.size(file), Files.getLastModifiedTime(file), content));
            }
        }
        return files;
    }
}
