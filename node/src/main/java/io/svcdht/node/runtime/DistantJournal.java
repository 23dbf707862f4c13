package io.svcdht.node.runtime;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.extra.OptionalJars;
import io.svcdht.node.shipping.JournalShipping;
import io.svcdht.node.shipping.RemoteJournals;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A journal that is not in the data directory: what is there besides are the keys, checkpoints and traces. */
final class DistantJournal {
    private DistantJournal() {}

    /**
     * Opens and replays it.
     *
     * @throws IllegalArgumentException where the module is missing, or the directory has a journal of its own
     */
    static Core.Replayed replay(DataDirectory directory, NodeConfig config, Checkpoints checkpoints, NodeId self) {
        requireNoOther(directory.journal());
        RemoteJournals journals;
        try {
            journals = OptionalJars.find(RemoteJournals.class, JournalShipping.MODULE, "journal = kafka");
        } catch (OptionalJars.Missing e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        Begun begun = Begun.of(directory, checkpoints, config);
        RemoteJournals.Wanted wanted = new RemoteJournals.Wanted(config.kafka(), self, checkpoints);
        Journal journal;
        try {
            journal = journals.open(wanted, begun::at, begun);
        } catch (RuntimeException | Error e) {
            begun.state().close();
            throw e;
        }
        if (begun.isAheadOf(journal)) {
            journal.close();
            begun.discard();
            Begun anew = Begun.of(directory, checkpoints, config);
            return new Core.Replayed(journals.open(wanted, anew::at, anew), anew.state(), Optional.empty());
        }
        return new Core.Replayed(journal, begun.state(), Optional.empty());
    }

    private static void requireNoOther(Path journal) {
        try (Stream<Path> files = Files.list(journal)) {
            if (files.findAny().isPresent()) {
                throw new IllegalArgumentException(
                        "journal = kafka, but %s holds a journal of its own; give a data_dir with node.key alone, or leave journal at chronicle"
                                .formatted(journal));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
