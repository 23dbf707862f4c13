package io.svcdht.console.web;

import io.svcdht.console.FleetServer;
import io.svcdht.console.cli.Cli;
import io.svcdht.console.cli.Io;
import io.svcdht.console.cli.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code incident open} of the twenty recorded nodes, as a person runs it, until it is closed. */
public final class OpenIncident implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    static final Path TWENTY_NODES =
            Path.of("..", "examples", "fleet-incident", "twenty-nodes.zip").toAbsolutePath();

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final Thread command;
    private final String base;

    OpenIncident() throws IOException {
        this(TWENTY_NODES);
    }

    public OpenIncident(Path file) throws IOException {
        PipedInputStream said = new PipedInputStream();
        Io io = new Io(
                new PrintStream(new PipedOutputStream(said), false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                InputStream.nullInputStream(),
                Map.of(),
                false,
                what -> null);
        command = Thread.ofPlatform()
                .start(() -> ended.complete(Cli.run(
                        List.of("incident", "open", "--port=0", file.toString()),
                        io,
                        new Cli.Starters(
                                Terminal.STARTS_NOTHING.node(), Terminal.STARTS_NOTHING.net(), FleetServer::start))));
        base = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8)).readLine();
        if (base == null) {
            throw new IOException("it opened nothing: " + err.toString(StandardCharsets.UTF_8));
        }
    }

    /** The console's address, with a slash at its end. */
    public String base() {
        return base;
    }

    @Override
    public void close() {
        command.interrupt();
        ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
