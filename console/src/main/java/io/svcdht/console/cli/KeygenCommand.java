package io.svcdht.console.cli;

import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.Passphrase;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keygen}: keys made ahead of a node's first start, which would make its own. */
@Command(
        description =
                "Make a node's keys and print the node id that follows from them. The file is readable by its owner"
                        + " alone, and with a passphrase the private keys in it are sealed; put it into the data directory as node.key before the first start.")
final class KeygenCommand implements Callable<Integer> {
    private final Io io;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where to write them (default: ${DEFAULT-VALUE}). A file that is there is never overwritten.")
    Path out = Path.of(NodeIdentity.FILE);

    @Option(names = "--classical", description = "An Ed25519 pair alone, without ML-DSA-87.")
    boolean classical;

    @Mixin
    PassphraseOptions passphrase = new PassphraseOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    KeygenCommand(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        NodeIdentity made = make();
        if (json) {
            io.json(g -> {
                g.writeStartObject();
                KeyText.write(g, made.keys());
                g.writeStringField("file", out.toString());
                g.writeEndObject();
            });
        } else {
            io.line(made.id().text());
        }
        return ExitCode.OK;
    }

    private NodeIdentity make() {
        try (Passphrase given = passphrase.given(io)) {
            return NodeIdentity.create(out, classical, given);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    Clean.text("%s is there already; keys are never overwritten, name another file with --out"
                            .formatted(out)),
                    e);
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.USAGE, Clean.text("%s cannot be written: %s".formatted(out, e.getMessage())), e);
        }
    }
}
