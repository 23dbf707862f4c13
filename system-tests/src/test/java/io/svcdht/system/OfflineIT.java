package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node talks to nobody it was not told of: its libraries report nothing home. */
final class OfflineIT {
    private static final int WALK_SECONDS_MAX = 300;
    private static final Pattern INET = Pattern.compile("sa_family=AF_INET6?\\b");
    private static final Pattern LOOPBACK = Pattern.compile("inet_addr\\(\"127\\.|\"::1\"|\"::ffff:127\\.");

    @TempDir
    Path temporary;

    @Test
    void no_connection_leaves_the_machine_and_no_library_leaves_a_file_at_home() throws Exception {
        Path strace = SystemCalls.strace();
        Path home = Files.createDirectory(temporary.resolve("home"));
        Path calls = temporary.resolve("calls");
        // The training run of the build walks every door of a node and ends.
        ProcessBuilder builder = Program.of(List.of(
                "run",
                "--admin-bind",
                "127.0.0.1:0",
                "--peer-bind",
                "127.0.0.1:0",
                "--data-dir",
                temporary.resolve("data").toString()));
        builder.environment()
                .putAll(Map.of(
                        "HOME", home.toString(), "SVC_DHT_JAVA_OPTS", "-Dsvcdht.train=true -Duser.home=" + home));
        builder.command()
                .addAll(
                        0,
                        List.of(
                                strace.toString(),
                                "-f",
                                "--seccomp-bpf",
                                "-qq",
                                "-e",
                                "trace=connect,sendto,sendmsg,sendmmsg",
                                "-o",
                                calls.toString()));
        Program.Ended ended = Program.run(builder, Path.of("/dev/null"), WALK_SECONDS_MAX);
        if (ended.err().contains("ptrace") && ended.exitCode() != 0) {
            SystemCalls.skip("strace may not trace here: " + ended.err());
        }
        ended.as(0);

        List<String> inet = Files.readAllLines(calls).stream()
                .filter(line -> INET.matcher(line).find())
                .toList();
        assertThat(inet).as("the walk itself").isNotEmpty();
        assertThat(inet).allMatch(line -> LOOPBACK.matcher(line).find());
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
