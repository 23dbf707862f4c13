package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The finished program as an operator starts it: the launcher of the directory {@code svcdht.dist} names. */
public final class Program {
    private static final long COMMAND_SECONDS_MAX = 60;

    private Program() {}

    /** What a command that has ended left behind. */
    record Ended(int exitCode, String out, String err) {
        Ended as(int expected) {
            assertThat(exitCode).as("exit code; it said:%n%s%s", out, err).isEqualTo(expected);
            return this;
        }
    }

    /** The checkout: the nearest directory above with the launcher in it. */
    public static Path checkout() {
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.isRegularFile(here.resolve("mvnw"))) {
            here = here.getParent();
        }
        assertThat(here).as("the root of the checkout").isNotNull();
        return here;
    }

    /** Where the program is. */
    static Path dist() {
        String property = System.getProperty("svcdht.dist");
        assertThat(property).as("system property svcdht.dist").isNotNull();
        Path dist = Path.of(property);
        assertThat(dist.resolve("svc-dht.jar")).as("the packaged program").exists();
        return dist;
    }

    static String launcher() {
        return dist().resolve("svc-dht").toString();
    }

    /** Under nohup a hang-up is ignored by every child as well, and no JVM changes that by itself. */
    private static final List<String> HEED_HANG_UP = List.of(
            "python3",
            "-c",
            "import os,signal,sys; signal.signal(signal.SIGHUP, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])");

    private static boolean ignoresHangUp() {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            return status.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
        } catch (IOException e) {
            return false;
        }
    }

    /** The program with the given arguments, not yet started, in an environment without its variables. */
    static ProcessBuilder of(List<String> args) {
        List<String> command = new ArrayList<>(ignoresHangUp() ? HEED_HANG_UP : List.of());
        command.add(launcher());
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("SVC_DHT_") || name.startsWith("DHT_") || name.startsWith("RON_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    /** Runs a command to its end with nothing to read. */
    static Ended run(String... args) throws IOException, InterruptedException {
        return run(of(List.of(args)), Path.of("/dev/null"));
    }

    /** Runs a command to its end, with a file on its standard input. */
    static Ended run(ProcessBuilder builder, Path in) throws IOException, InterruptedException {
        return run(builder, in, COMMAND_SECONDS_MAX);
    }

    static Ended run(ProcessBuilder builder, Path in, long secondsMax) throws IOException, InterruptedException {
        Path out = Files.createTempFile("svc-dht-out", "");
        try {
            Process process = builder.redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .start();
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        "%s was not done after %d s; it said: %s".formatted(builder.command(), secondsMax, err.join()));
            }
            return new Ended(process.exitValue(), Files.readString(out), err.join());
        } finally {
            Files.delete(out);
        }
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
