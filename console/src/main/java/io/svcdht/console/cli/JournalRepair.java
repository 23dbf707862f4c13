package io.svcdht.console.cli;

import io.svcdht.node.runtime.Repair;
import io.svcdht.node.runtime.StartFailure;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal repair}: ends a damaged journal before the damage, and says what that gives up. */
@Command(
        description = "End a damaged journal before the damage; all that lies behind is kept aside, never deleted.",
        footer = "What was set aside can be looked at with: svc-dht journal cat --aside DIR")
final class JournalRepair implements Callable<Integer> {
    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Option(names = "--dry-run", description = "Only say what would be given up.")
    boolean dryRun;

    JournalRepair(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try {
            Optional<Repair> repair =
                    dryRun ? Repair.plan(options.directory(io)) : Repair.carryOut(options.directory(io));
            if (options.json) {
                json(repair);
            } else {
                repair.ifPresentOrElse(
                        r -> r.lines().forEach(l -> io.line(Clean.text(l))),
                        () -> io.line("the journal is intact; there is nothing to repair"));
            }
            return ExitCode.OK;
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        }
    }

    private void json(Optional<Repair> repair) {
        io.json(g -> {
            g.writeStartObject();
            g.writeBooleanField("damaged", repair.isPresent());
            g.writeBooleanField("repaired", repair.isPresent() && !dryRun);
            if (repair.isPresent()) {
                Repair r = repair.get();
                g.writeStringField("file", r.file());
                g.writeNumberField("position", r.position());
                g.writeStringField("problem", r.problem());
                g.writeNumberField("kept", r.kept());
                g.writeNumberField("last_given_up", r.lastGivenUp());
                g.writeStringField("aside", r.aside().toString());
            }
            g.writeEndObject();
        });
    }
}
