package io.svcdht.storage.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node's directory, held by one process at a time.
 *
 * <pre>
 * FORMAT       "svc-dht data 1 first start" until the first event is on the medium, then "svc-dht data 1"
 * lock         locked while a writer lives; its text is the writer's epoch and process id
 * journal/     the journal's own files
 * checkpoints/ states on the way, see {@code storage.checkpoint}
 * segments/    what a search of events need not read, see {@code storage.checkpoint}
 * traces/      what lookups did, see {@code storage.trace}
 * </pre>
 *
 * <p>A kill during the very first start leaves the first text: nothing was acknowledged yet, so the next start clears
 * the half-made journal and begins again.
 */
public final class DataDirectory implements AutoCloseable {
    /** The line that marks a directory as ours. */
    private static final String FORMAT = "svc-dht data 1";

    private static final String FIRST_START = FORMAT + " first start";
    private static final String FORMAT_FILE = "FORMAT";
    private static final String LOCK_FILE = "lock";
    private static final Set<String> NOT_FOREIGN = Set.of(LOCK_FILE, FORMAT_FILE + ".new", "lost+found", "node.key");

    /**
     * What this process holds, by real path. The lock file of such a directory must not even be opened again: closing
     * any channel on it would let go the lock of the first.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path real;
    private final FileChannel lockFile;
    private final FileLock lock;
    private volatile long epoch;
    private boolean firstStart;

    private DataDirectory(Path path, Path real, FileChannel lockFile, FileLock lock, long epoch, boolean firstStart) {
        this.path = path;
        this.real = real;
        this.lockFile = lockFile;
        this.lock = lock;
        this.epoch = epoch;
        this.firstStart = firstStart;
    }

    /** Why a directory was not taken, with a sentence that names it. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        /** What kind of trouble it is. */
        public enum Why {
            NOT_USABLE,
            IN_USE,
            FOREIGN
        }

        private final Why why;

        Refused(Why why, String sentence, @Nullable Throwable cause) {
            super(sentence, cause);
            this.why = why;
        }

        public Why why() {
            return why;
        }
    }

    /** Takes the directory for writing, making it (mode 0700) where it does not exist. */
    public static DataDirectory open(Path directory) throws Refused {
        Path path = directory.toAbsolutePath().normalize();
        try {
            makePrivate(path);
        } catch (IOException e) {
            throw new Refused(
                    Refused.Why.NOT_USABLE, "data directory %s cannot be made: %s".formatted(path, why(e)), e);
        }
        try {
            String format = readFormat(path);
            if (format == null) {
                refuseForeign(path);
            } else if (!format.equals(FORMAT) && !format.equals(FIRST_START)) {
                throw new Refused(
                        Refused.Why.FOREIGN,
                        "data directory %s is marked \"%s\"; this build reads \"%s\"".formatted(path, format, FORMAT),
                        null);
            }
            Path real = path.toRealPath();
            if (!HELD.add(real)) {
                throw new Refused(
                        Refused.Why.IN_USE,
                        "data directory %s is in use by this process (pid %d) already; choose another data_dir"
                                .formatted(path, ProcessHandle.current().pid()),
                        null);
            }
            try {
                return lock(path, real);
            } catch (IOException | Refused | RuntimeException e) {
                HELD.remove(real);
                throw e;
            }
        } catch (IOException e) {
            throw new Refused(
                    Refused.Why.NOT_USABLE, "data directory %s cannot be written: %s".formatted(path, why(e)), e);
        }
    }

    /**
     * The journal's directory below {@code directory}, for reading beside a running node.
     *
     * @throws Refused if there is no data directory of ours
     */
    public static Path journalOf(Path directory) throws Refused {
        Path path = directory.toAbsolutePath().normalize();
        try {
            String format = readFormat(path);
            if (format == null || !format.startsWith(FORMAT)) {
                throw new Refused(
                        Refused.Why.FOREIGN,
                        "%s is no data directory of svc-dht: it has no FORMAT file".formatted(path),
                        null);
            }
            return path.resolve("journal");
        } catch (IOException e) {
            throw new Refused(
                    Refused.Why.NOT_USABLE, "data directory %s cannot be read: %s".formatted(path, why(e)), e);
        }
    }

    /** Whether the first event was on the medium once; an empty journal has then lost it. */
    public static boolean begun(Path directory) throws IOException {
        return FORMAT.equals(readFormat(directory));
    }

    /** Marks a directory as one with a journal that has begun, when everything else of it is on the medium. */
    public static void declare(Path directory) throws IOException {
        writeFormat(directory, FORMAT);
    }

    /** Whether a writer lives, in this process or another. */
    public static boolean isHeld(Path directory) throws IOException {
        if (HELD.contains(directory.toRealPath())) {
            return true;
        }
        Path file = directory.resolve(LOCK_FILE);
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ);
                FileLock shared = c.tryLock(0, Long.MAX_VALUE, true)) {
            return shared == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    private static DataDirectory lock(Path path, Path real) throws IOException, Refused {
        FileChannel file = FileChannel.open(
                path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = tryLock(file);
            String held = readAll(file);
            if (lock == null) {
                throw new Refused(
                        Refused.Why.IN_USE,
                        "data directory %s is in use by another node (%s); stop it or choose another data_dir"
                                .formatted(path, held.strip()),
                        null);
            }
            long epoch = epochIn(held) + 1;
            // Asked again under the lock: what was read before may be older than another node's whole first run.
            boolean firstStart = !FORMAT.equals(readFormat(path));
            if (firstStart) {
                writeFormat(path, FIRST_START);
                clear(path.resolve("journal"));
                clear(checkpointsOf(path));
                clear(segmentsOf(path));
            }
            Files.createDirectories(path.resolve("journal"));
            writeEpoch(file, epoch);
            forceDirectory(path);
            return new DataDirectory(path, real, file, lock, epoch, firstStart);
        } catch (IOException | Refused | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Written over, never emptied first: a kill in between would forget the epoch. */
    private static void writeEpoch(FileChannel file, long epoch) throws IOException {
        byte[] text = "epoch %020d pid %d\n"
                .formatted(epoch, ProcessHandle.current().pid())
                .getBytes(StandardCharsets.US_ASCII);
        file.write(ByteBuffer.wrap(text), 0);
        file.truncate(text.length);
        file.force(true);
    }

    private static long epochIn(String lockText) {
        String[] words = lockText.strip().split(" ", -1);
        if (words.length < 2 || !words[0].equals("epoch") || words[1].length() != 20) {
            return 0;
        }
        try {
            return Long.parseLong(words[1]);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String readAll(FileChannel file) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(128);
        file.read(b, 0);
        return new String(b.array(), 0, b.position(), StandardCharsets.US_ASCII);
    }

    private static void makePrivate(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(path);
        }
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    private static @Nullable String readFormat(Path path) throws IOException {
        Path file = path.resolve(FORMAT_FILE);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= 256
                ? Files.readString(file, StandardCharsets.ISO_8859_1).strip()
                : null;
    }

    private static void refuseForeign(Path path) throws IOException, Refused {
        try (Stream<Path> entries = Files.list(path)) {
            // A kill between making the lock and naming the format leaves just these, and keys may be made beforehand.
            List<String> names = entries.map(p -> p.getFileName().toString())
                    .filter(n -> !NOT_FOREIGN.contains(n))
                    .sorted()
                    .limit(3)
                    .toList();
            if (!names.isEmpty()) {
                throw new Refused(
                        Refused.Why.FOREIGN,
                        "data directory %s holds files of something else (%s) and no FORMAT file; give an empty or new directory"
                                .formatted(path, String.join(", ", names)),
                        null);
            }
        }
    }

    private static void writeFormat(Path path, String text) throws IOException {
        Path fresh = path.resolve(FORMAT_FILE + ".new");
        try (FileChannel c = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            c.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII)));
            c.force(true);
        }
        Files.move(
                fresh, path.resolve(FORMAT_FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(path);
    }

    private static void clear(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path p : files.toList()) {
                Files.delete(p);
            }
        }
    }

    /** Makes the names in a directory outlive a power cut. */
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel c = FileChannel.open(directory, StandardOpenOption.READ)) {
            c.force(true);
        }
    }

    private static String why(IOException e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : " " + message);
    }

    public Path path() {
        return path;
    }

    public Path journal() {
        return path.resolve("journal");
    }

    /** Where checkpoints are; made when the first is taken. */
    public Path checkpoints() {
        return checkpointsOf(path);
    }

    /** Where the checkpoints of a data directory are. */
    public static Path checkpointsOf(Path directory) {
        return directory.resolve("checkpoints");
    }

    /** Where what is known of each segment of the journal is. */
    public Path segments() {
        return segmentsOf(path);
    }

    /** Where the sidecars of a data directory are. */
    public static Path segmentsOf(Path directory) {
        return directory.resolve("segments");
    }

    /** Where traces of lookups are; made when the first is kept. */
    public Path traces() {
        return tracesOf(path);
    }

    /** The same of a directory that is only read. */
    public static Path tracesOf(Path directory) {
        return directory.resolve("traces");
    }

    /** How many writers this directory has had, this one included. */
    public long epoch() {
        return epoch;
    }

    /** A new writer takes over within this process. */
    public synchronized void raiseEpoch() throws IOException {
        writeEpoch(lockFile, epoch + 1);
        epoch = epoch + 1;
    }

    /** Whether the first event is yet to be on the medium; where it was, an empty journal has lost it. */
    public boolean firstStart() {
        return firstStart;
    }

    /** To be called when the first event is on the medium: from now on the journal is never cleared again. */
    public void firstEventDurable() throws IOException {
        if (firstStart) {
            writeFormat(path, FORMAT);
            firstStart = false;
        }
    }

    /** Nothing is left of the journal, on purpose: the next start is a first one and clears what is there. */
    public void beginAgain() throws IOException {
        writeFormat(path, FIRST_START);
        firstStart = true;
    }

    @Override
    public void close() {
        if (!lock.isValid()) {
            return;
        }
        try {
            // Closing lets the lock go, also where the volume went away and nothing else can be said to it.
            lockFile.close();
        } catch (IOException e) {
            throw new JournalUnavailable("the lock of " + path + " could not be released", e);
        } finally {
            HELD.remove(real);
        }
    }
}
