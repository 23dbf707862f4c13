package io.svcdht.node.runtime;

import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.chronicle.ChronicleSource;
import io.svcdht.storage.chronicle.JournalCopy;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Past;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.Fold;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A copy of all that makes a node, as it stood at a durable position; taken also while the node runs, for only what is
 * on the medium is read. The manifest is written last: a directory without one is no backup.
 *
 * <pre>
 * BACKUP                manifest: position, digest, and each file with size and BLAKE3
 * journal/              every retained event up to the position
 * checkpoints/          the state at the position; for a pruned journal also that before its first event
 * node.key              mode 0600
 * </pre>
 */
public final class Backup {
    private static final String KEY = "node.key";

    private Backup() {}

    /** What was copied or restored. */
    public record Copied(long firstPosition, long position, Key digest, long records, long bytes) {}

    /** What the operator can mend: a directory that is not empty, a backup that is not whole. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Copies a data directory, also beside a running node.
     *
     * @param target a new or empty directory
     * @throws JournalDamaged if the journal is not as it was written
     * @throws JournalTruncated if events were pruned meanwhile: another try will do
     */
    public static Copied take(Path dataDirectory, Path target, LongConsumer progress) throws IOException, Refused {
        Path journal;
        try {
            journal = DataDirectory.journalOf(dataDirectory);
        } catch (DataDirectory.Refused e) {
            throw new Refused(String.valueOf(e.getMessage()));
        }
        makeEmpty(target);
        try (ChronicleSource source = ChronicleSource.open(journal)) {
            long position = source.durablePosition();
            if (position == 0) {
                throw new Refused("%s has no event that is known to be durable yet".formatted(dataDirectory));
            }
            Path copy = Files.createDirectory(target.resolve("journal"));
            long first = JournalCopy.copy(source, position, copy, progress);
            Checkpoints from = new Checkpoints(DataDirectory.checkpointsOf(dataDirectory));
            Checkpoints to = new Checkpoints(DataDirectory.checkpointsOf(target));
            Past past = new Past(source, from, Core::heapStore);
            if (first > 1) {
                checkpoint(past, first - 1, to);
            }
            CheckpointInfo info = checkpoint(past, position, to);
            copyKey(dataDirectory, target);
            BackupManifest manifest = BackupManifest.of(target, first, position, info.digest());
            manifest.write(target);
            return new Copied(first, position, info.digest(), info.records(), manifest.bytes());
        }
    }

    private static CheckpointInfo checkpoint(Past past, long position, Checkpoints to) throws IOException {
        try (View view = past.at(position, Budget.UNLIMITED)) {
            return to.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
        }
    }

    private static void copyKey(Path from, Path to) throws IOException {
        if (!Files.exists(from.resolve(KEY))) {
            return;
        }
        Path key = to.resolve(KEY);
        if (isPosix()) {
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(key, Files.readAllBytes(from.resolve(KEY)));
        force(key);
    }

    /**
     * Checks a backup, every file and every event of it, and only then copies it to where a node can start on it.
     *
     * @param target a new or empty directory
     * @throws JournalDamaged if the backup's journal is not whole
     */
    public static Copied restore(Path backup, Path target, LongConsumer progress) throws IOException, Refused {
        BackupManifest manifest = checked(backup, progress);
        makeEmpty(target);
        for (Map.Entry<String, BackupManifest.Sum> file : manifest.files().entrySet()) {
            Path to = target.resolve(file.getKey());
            Files.createDirectories(parent(to));
            if (file.getKey().equals(KEY)) {
                copyKey(backup, target);
            } else {
                Files.copy(backup.resolve(file.getKey()), to, LinkOption.NOFOLLOW_LINKS);
                force(to);
            }
            if (!BackupManifest.Sum.of(to).equals(file.getValue())) {
                throw new IOException(to + " is not what was copied to it; the medium lies");
            }
        }
        try (Stream<Path> all = Files.walk(target)) {
            for (Path directory : all.filter(Files::isDirectory).toList()) {
                DataDirectory.forceDirectory(directory);
            }
        }
        DataDirectory.declare(target);
        return new Copied(manifest.first(), manifest.position(), manifest.digest(), 0, manifest.bytes());
    }

    private static BackupManifest checked(Path backup, LongConsumer progress) throws IOException, Refused {
        BackupManifest manifest;
        try {
            manifest = BackupManifest.read(backup);
        } catch (NoSuchFileException e) {
            throw new Refused("%s is no backup, or one that was not finished: it has no %s file"
                    .formatted(backup, BackupManifest.FILE));
        } catch (IllegalArgumentException e) {
            throw new Refused("%s cannot be restored: %s".formatted(backup, e.getMessage()));
        }
        for (Map.Entry<String, BackupManifest.Sum> file : manifest.files().entrySet()) {
            Path path = backup.resolve(file.getKey());
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                    || !BackupManifest.Sum.of(path).equals(file.getValue())) {
                throw new Refused("%s is missing or not as it was backed up; nothing is restored".formatted(path));
            }
        }
        Key derived = derive(backup, manifest, progress);
        if (!derived.equals(manifest.digest())) {
            throw new Refused("the events of %s come to the digest %s, but %s was noted; nothing is restored"
                    .formatted(backup, derived, manifest.digest()));
        }
        return manifest;
    }

    /** The digest by a fold over every event, not by what the last checkpoint says. */
    private static Key derive(Path backup, BackupManifest manifest, LongConsumer progress) {
        try (ChronicleSource source = ChronicleSource.open(backup.resolve("journal"))) {
            Past past = new Past(source, new Checkpoints(DataDirectory.checkpointsOf(backup)), Core::heapStore);
            try (View view = past.at(manifest.first() - 1, Budget.UNLIMITED)) {
                try (JournalReader reader = behind(source, view)) {
                    for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                        Fold.apply(view.state(), e);
                        if (e.position() % 4096 == 0) {
                            progress.accept(e.position());
                        }
                    }
                }
                if (view.state().position() != manifest.position()) {
                    throw new JournalDamaged(
                            backup.toString(),
                            view.state().position() + 1,
                            "it should go on to position %d".formatted(manifest.position()));
                }
                return view.state().digest();
            }
        }
    }

    private static JournalReader behind(JournalSource journal, View view) {
        return switch (journal.readBehind(view.seam())) {
            case JournalSource.Read.From(JournalReader reader) -> reader;
            case JournalSource.Read.Truncated(long first) ->
                throw new JournalTruncated(view.seam().position() + 1, first);
        };
    }

    private static void makeEmpty(Path target) throws IOException, Refused {
        if (Files.isDirectory(target)) {
            try (Stream<Path> entries = Files.list(target)) {
                if (entries.findAny().isPresent()) {
                    throw new Refused("%s is not empty; give a new or empty directory".formatted(target));
                }
            }
        } else if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refused("%s is no directory".formatted(target));
        } else if (isPosix()) {
            Files.createDirectories(parent(target));
            Files.createDirectory(
                    target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(target);
        }
    }

    private static Path parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath() : parent;
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private static void force(Path file) throws IOException {
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
            c.force(true);
        }
    }
}
