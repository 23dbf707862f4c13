package io.svcdht.console.cli;

import io.svcdht.node.trust.NodeIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keys show}: whose keys a file holds, which takes no passphrase. */
@Command(description = "Print whose keys a file holds, and whether they are sealed. Takes no passphrase.")
final class KeysShow implements Callable<Integer> {
    private final Io io;

    @Parameters(arity = "1", paramLabel = "FILE", description = "The key file, such as data/node.key.")
    Path file = Path.of(NodeIdentity.FILE);

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    KeysShow(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        NodeIdentity.Shown shown;
        try {
            shown = NodeIdentity.show(file);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, Clean.text("%s cannot be read: %s".formatted(file, e)), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, Clean.text(String.valueOf(e.getMessage())), e);
        }
        if (json) {
            io.json(g -> {
                g.writeStartObject();
                KeyText.write(g, shown.keys());
                g.writeBooleanField("sealed", shown.sealed());
                g.writeEndObject();
            });
        } else {
            io.line("%s %s".formatted(shown.keys().id(), shown.sealed() ? "is sealed" : "lies in the clear"));
        }
        return ExitCode.OK;
    }
}
