package io.svcdht.console.cli;

import io.svcdht.node.trust.Passphrase;
import io.svcdht.node.view.Json;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a command may touch of the process.
 *
 * @param out results; nothing else, so that it can be piped
 * @param err messages and progress
 * @param terminal whether a person watches
 * @param prompt asks that person for what must not be seen
 */
public record Io(
        PrintStream out,
        PrintStream err,
        InputStream in,
        Map<String, String> environment,
        boolean terminal,
        Prompt prompt) {
    private static final int OUT_BUFFER_BYTES = 1 << 16;

    /** Those of this process. Output is UTF-8 whatever the locale; {@code out} is buffered and must be flushed. */
    @SuppressWarnings("SystemConsoleNull") // since 25 it may be null again
    public static Io ofProcess() {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return new Io(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                System.in,
                System.getenv(),
                terminal,
                what -> console == null || !terminal ? null : console.readPassword("%s", what));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        boolean direct = descriptor == FileDescriptor.err;
        return new PrintStream(
                direct
                        ? new FileOutputStream(descriptor)
                        : new java.io.BufferedOutputStream(new FileOutputStream(descriptor), OUT_BUFFER_BYTES),
                direct,
                StandardCharsets.UTF_8);
    }

    /** Asks for something and shows nothing of the answer. */
    @FunctionalInterface
    public interface Prompt {
        /** Null if nobody is there, or the answer was none. */
        char @Nullable [] ask(String what);
    }

    /**
     * Asks for a passphrase; empty if nobody is there.
     *
     * @throws IllegalArgumentException if what was typed is none
     */
    Optional<Passphrase> passphrase(String what) {
        return Optional.ofNullable(prompt.ask(what)).map(Passphrase::of);
    }

    /** One line of plain text. */
    void line(String text) {
        out.print(text);
        out.print('\n');
    }

    /** One JSON value on a line. */
    void json(Json.Body body) {
        line(Json.text(body));
    }

    /** A message for people. */
    void say(String text) {
        err.print("svc-dht: " + text + "\n");
    }

    /** Whether nobody reads the results any more, as behind {@code | head}. */
    boolean closed() {
        return out.checkError();
    }
}
