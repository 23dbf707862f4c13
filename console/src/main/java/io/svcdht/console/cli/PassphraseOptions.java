package io.svcdht.console.cli;

import io.svcdht.node.trust.Passphrase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a passphrase comes from: a file or a person, never the command line itself, which everybody on a machine sees. */
final class PassphraseOptions {
    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "A file of mode 0600 whose first line is the passphrase.")
    @Nullable
    Path file;

    @Option(names = "--ask-passphrase", description = "Ask for the passphrase, twice.")
    boolean ask;

    /** Null where none was asked for. */
    @Nullable
    Passphrase given(Io io) {
        if (file != null) {
            return read(file);
        }
        return ask ? asked(io) : null;
    }

    static Passphrase read(Path file) {
        try {
            return Passphrase.read(file);
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.USAGE, "passphrase file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static Passphrase asked(Io io) {
        Passphrase first = typed(io, "New passphrase: ");
        try (Passphrase second = typed(io, "The same again: ")) {
            if (first.matches(second)) {
                return first;
            }
        }
        first.close();
        throw new CommandFailed(ExitCode.USAGE, "the two passphrases differ");
    }

    private static Passphrase typed(Io io, String what) {
        try {
            Optional<Passphrase> typed = io.passphrase(what);
            return typed.orElseThrow(() -> new CommandFailed(
                    ExitCode.USAGE, "there is nobody to ask for a passphrase; name a file with --passphrase-file"));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
