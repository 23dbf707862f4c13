package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a proxy, here a real Tor daemon's, a node reaches others through that alone: all its sockets are watched. */
final class ProxyIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ONION = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";
    private static final Pattern CONNECT =
            Pattern.compile("connect\\(\\d+, \\{sa_family=AF_INET6?, sin6?_port=htons\\((\\d+)\\).*");
    private static final Pattern LOOPBACK = Pattern.compile("inet_addr\\(\"127\\.0\\.0\\.1\"|\"::1\"|\"::ffff:127\\.");
    private static final Pattern INET = Pattern.compile("sa_family=AF_INET6?\\b");
    /** Sockets that only ask the kernel for its interfaces are neither bound nor connected, and send nothing. */
    private static final Pattern SENT = Pattern.compile("(sendto|sendmsg|sendmmsg)\\(.*sa_family=AF_INET.*");

    /** Read first wherever a name is looked up. */
    private static final String HOSTS = "\"/etc/hosts\"";

    @TempDir
    Path temporary;

    @Test
    void nothing_goes_around_the_proxy_and_the_daemon_carries_our_service() throws Exception {
        SystemCalls.strace();
        Path calls = temporary.resolve("calls");
        try (TorDaemon tor = TorDaemon.start(temporary.resolve("tor"));
                NodeProcess node = NodeProcess.start(watched(
                        NodeProcess.builder(List.of(
                                "--data-dir",
                                temporary.resolve("data").toString(),
                                "--proxy",
                                "socks5://127.0.0.1:" + tor.socks(),
                                "--tor-control",
                                "127.0.0.1:" + tor.control(),
                                "--dial-timeout-ms",
                                "60000",
                                "--seeds",
                                "seed.example.org:5302,198.51.100.7:5302," + ONION + ":5302")),
                        calls))) {
            node.awaitServing();
            Awaitility.await("the service").atMost(PATIENCE).until(() -> node.logText()
                    .contains("is carried by the daemon"));
            Awaitility.await("all seeds, as they are, at the daemon")
                    .atMost(PATIENCE)
                    .until(() -> {
                        String streams = String.join("\n", tor.ask("GETINFO stream-status"));
                        return Stream.of("seed.example.org:5302", "198.51.100.7:5302", ONION + ":5302")
                                .allMatch(streams::contains);
                    });
            assertThat(tor.ask("GETINFO onions/detached"))
                    .as("it ends with the connection")
                    .contains("250-onions/detached=");
            assertThat(node.find("b3:nobody")).isEmpty();
            ProcessHandle java = ProcessHandle.of(node.pid())
                    .orElseThrow()
                    .descendants()
                    .filter(p -> p.info().command().orElse("").endsWith("/java"))
                    .findFirst()
                    .orElseThrow();
            assertThat(datagramSockets(java.pid())).isEmpty();
            java.destroy();
            assertThat(node.awaitEnd()).isZero();

            Set<Integer> ports = new TreeSet<>();
            for (String call : SystemCalls.calls(calls)) {
                assertThat(SENT.matcher(call).find()).as(call).isFalse();
                assertThat(call).as("nothing is looked up").doesNotContain(HOSTS);
                if (INET.matcher(call).find()) {
                    assertThat(LOOPBACK.matcher(call).find()).as(call).isTrue();
                }
                Matcher connect = CONNECT.matcher(call);
                if (connect.matches()) {
                    ports.add(Integer.parseInt(connect.group(1)));
                }
            }
            assertThat(ports).containsExactlyInAnyOrder(tor.socks(), tor.control());
        }
        assertThat(Files.readString(temporary.resolve("calls"))).contains("SOCK_STREAM");
    }

    /** Those of the process that are in the kernel's tables: bound or connected. */
    private static List<String> datagramSockets(long pid) throws Exception {
        List<String> inodes = new ArrayList<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path fd : open.toList()) {
                try {
                    inodes.add(Files.readSymbolicLink(fd).toString());
                } catch (NoSuchFileException e) {
                    // Closed meanwhile.
                }
            }
        }
        assertThat(inodes).anyMatch(i -> i.startsWith("socket:["));
        List<String> found = new ArrayList<>();
        for (String table : List.of("udp", "udp6", "raw", "raw6")) {
            Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table)).stream()
                    .skip(1)
                    .filter(line -> inodes.contains("socket:[" + line.strip().split("\\s+")[9] + "]"))
                    .forEach(found::add);
        }
        return found;
    }

    private static ProcessBuilder watched(ProcessBuilder program, Path log) {
        program.command()
                .addAll(
                        0,
                        List.of(
                                SystemCalls.strace().toString(),
                                "-f",
                                "--seccomp-bpf",
                                "-qq",
                                "-e",
                                "trace=socket,connect,bind,sendto,sendmsg,sendmmsg,open,openat",
                                "-o",
                                log.toString()));
        return program;
    }
}
