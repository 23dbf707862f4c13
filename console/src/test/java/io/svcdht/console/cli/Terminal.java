package io.svcdht.console.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Runs commands and keeps what they say. */
public final class Terminal {
    /** For commands that must not. */
    public static final Cli.Starters STARTS_NOTHING = new Cli.Starters(
            (settings, person) -> {
                throw new AssertionError("no node was to be started");
            },
            (setup, progress) -> {
                throw new AssertionError("no nodes were to be started");
            },
            (store, place, at) -> {
                throw new AssertionError("no pages were to be served");
            });

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment;
    private final boolean terminal;
    private final Deque<String> typed = new ArrayDeque<>();
    private byte[] input = {};

    public Terminal() {
        this(Map.of(), false);
    }

    Terminal(Map<String, String> environment, boolean terminal) {
        this.environment = environment;
        this.terminal = terminal;
    }

    Terminal input(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** What is typed at the next prompts, one after the other. */
    Terminal types(String... answers) {
        typed.clear();
        typed.addAll(List.of(answers));
        return this;
    }

    /** The exit code. */
    public int run(String... args) {
        out.reset();
        err.reset();
        Io io = new Io(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input),
                environment,
                terminal,
                what -> typed.isEmpty() ? null : typed.removeFirst().toCharArray());
        return Cli.run(List.of(args), io, STARTS_NOTHING);
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
