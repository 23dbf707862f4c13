package io.svcdht.console.cli;

import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.Passphrase;
import io.svcdht.node.trust.Unlock;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keys seal} and {@code keys open}: the same keys, the private ones under another passphrase or under none. */
final class KeysSeal {
    private KeysSeal() {}

    abstract static class Rewrite implements Callable<Integer> {
        final Io io;

        @Parameters(arity = "1", paramLabel = "FILE", description = "The key file, such as data/node.key.")
        Path file = Path.of(NodeIdentity.FILE);

        @Option(
                names = "--old-passphrase-file",
                paramLabel = "FILE",
                description = "What the keys are sealed with now; without it a sealed file's passphrase is asked for.")
        @Nullable
        Path old;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        boolean help;

        Rewrite(Io io) {
            this.io = io;
        }

        Integer rewrite(@Nullable Passphrase next) {
            Unlock unlock = old == null
                    ? new Unlock.Asking(() -> io.passphrase("Passphrase of %s: ".formatted(file)))
                    : new Unlock.FromFile(old);
            try (next) {
                NodeId id = NodeIdentity.seal(file, unlock, next);
                io.line("%s %s".formatted(id, next == null ? "lies in the clear" : "is sealed"));
                return ExitCode.OK;
            } catch (NoSuchFileException e) {
                throw new CommandFailed(ExitCode.USAGE, Clean.text("%s is not there".formatted(e.getMessage())), e);
            } catch (IOException e) {
                throw new CommandFailed(ExitCode.USAGE, Clean.text("%s: %s".formatted(file, e.getMessage())), e);
            } catch (IllegalArgumentException e) {
                throw new CommandFailed(ExitCode.USAGE, Clean.text(String.valueOf(e.getMessage())), e);
            }
        }
    }

    /** {@code keys seal} */
    @Command(
            description =
                    "Seal the private keys in a key file with a passphrase, or with another one. The node id stays;"
                            + " a running node is not disturbed and needs the passphrase at its next start.")
    static final class Seal extends Rewrite {
        @Mixin
        PassphraseOptions passphrase = new PassphraseOptions();

        Seal(Io io) {
            super(io);
        }

        @Override
        public Integer call() {
            // Sealing without a passphrase makes no sense: whoever names no file is asked.
            passphrase.ask = true;
            return rewrite(passphrase.given(io));
        }
    }

    /** {@code keys open} */
    @Command(description = "Write the private keys of a sealed key file in the clear again.")
    static final class Open extends Rewrite {
        Open(Io io) {
            super(io);
        }

        @Override
        public Integer call() {
            return rewrite(null);
        }
    }
}
