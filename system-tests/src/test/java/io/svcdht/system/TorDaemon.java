package io.svcdht.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real Tor daemon that reaches no network: the one authority it knows is a closed port of this machine. Its SOCKS and its
 * control port are what they are elsewhere.
 */
final class TorDaemon implements AutoCloseable {
    private static final Pattern SOCKS = Pattern.compile("Opened Socks listener connection .* on 127.0.0.1:(\\d+)");
    private static final Pattern CONTROL = Pattern.compile("Opened Control listener connection .* on 127.0.0.1:(\\d+)");

    private final Process process;
    private final Path directory;

    private TorDaemon(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /** Starts one; skips the test, or fails it in CI, where there is none. */
    static TorDaemon start(Path directory) throws IOException {
        Path tor = Stream.of("/usr/bin/tor", "/usr/sbin/tor", "/usr/local/bin/tor")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> {
                    SystemCalls.skip("tor is not installed");
                    throw new IllegalStateException();
                });
        Files.createDirectories(directory);
        Path torrc =
                Files.writeString(directory.resolve("torrc"), """
                DataDirectory %1$s/state
                SocksPort 127.0.0.1:auto
                ControlPort 127.0.0.1:auto
                CookieAuthentication 1
                CookieAuthFile %1$s/cookie
                DirAuthority nobody orport=1 v3ident=%2$s 127.0.0.1:1 %3$s
                Log notice file %1$s/log
                """.formatted(directory, "A".repeat(40), "B".repeat(40)));
        Process process = new ProcessBuilder(
                        tor.toString(),
                        "-f",
                        torrc.toString(),
                        "--defaults-torrc",
                        "/dev/null",
                        "--ignore-missing-torrc")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        TorDaemon daemon = new TorDaemon(process, directory);
        Awaitility.await("its ports")
                .atMost(Duration.ofMinutes(1))
                .until(() -> !process.isAlive() || daemon.port(SOCKS) > 0 && daemon.port(CONTROL) > 0);
        if (!process.isAlive()) {
            throw new AssertionError("tor ended: " + Files.readString(directory.resolve("out")));
        }
        return daemon;
    }

    private int port(Pattern opened) throws IOException {
        Path log = directory.resolve("log");
        if (!Files.exists(log)) {
            return 0;
        }
        Matcher m = opened.matcher(Files.readString(log));
        return m.find() ? Integer.parseInt(m.group(1)) : 0;
    }

    int socks() throws IOException {
        return port(SOCKS);
    }

    int control() throws IOException {
        return port(CONTROL);
    }

    /** What it answers to one command, without the codes. */
    List<String> ask(String command) throws IOException {
        try (Socket s = new Socket(InetAddress.getLoopbackAddress(), control());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(s.getInputStream(), StandardCharsets.US_ASCII))) {
            OutputStream out = s.getOutputStream();
            String cookie = HexFormat.of().formatHex(Files.readAllBytes(directory.resolve("cookie")));
            out.write(
                    ("AUTHENTICATE " + cookie + "\r\n" + command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
            return lines;
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
