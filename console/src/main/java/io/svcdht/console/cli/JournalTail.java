package io.svcdht.console.cli;

import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.JournalReader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal tail}: the last events, then each new one as it comes. */
@Command(description = "Show the last events of a journal and follow it.")
final class JournalTail implements Callable<Integer> {
    private static final long POLL_MILLIS = 200;

    private final Io io;

    @Mixin
    JournalOptions options = new JournalOptions();

    @Mixin
    EventFilter filter = new EventFilter();

    @Option(
            names = {"-n", "--last"},
            paramLabel = "N",
            description = "Begin with this many events before the end. Default: ${DEFAULT-VALUE}.")
    long last = 10;

    @Option(names = "--no-follow", description = "End at the last event.")
    boolean noFollow;

    JournalTail(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        filter.checked();
        if (last < 0) {
            throw new CommandFailed(ExitCode.USAGE, "-n takes 0 or more");
        }
        return options.read(io, this::follow);
    }

    private int follow(JournalFiles.Opened journal) {
        long start = Math.max(journal.firstPosition(), journal.lastPosition() + 1 - last);
        try (JournalReader reader = JournalOptions.open(journal, start)) {
            while (true) {
                for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                    if (filter.shows(e)) {
                        EventText.print(io, e, options.json);
                    }
                }
                io.out().flush();
                if (noFollow || io.closed()) {
                    return ExitCode.OK;
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }
}
