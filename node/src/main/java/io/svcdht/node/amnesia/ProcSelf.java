package io.svcdht.node.amnesia;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Linux tells of this process below /proc: the files it could write to. Elsewhere nothing is told. */
final class ProcSelf {
    /** Standard input, output and error are where whoever started us wants them. */
    private static final int INHERITED_MAX = 2;

    private static final int ACCESS_MODE = 3;
    private static final Pattern MAPPING = Pattern.compile("\\S+ (\\S{4}) \\S+ \\S+ (\\d+)\\s+(.*)");
    private static final Pattern FLAGS = Pattern.compile("flags:\\s+([0-7]+)");
    private static final Pattern CORE = Pattern.compile("Max core file size\\s+(\\S+)\\s.*");

    private final Path proc;
    private final Path swaps;

    ProcSelf() {
        this(Path.of("/proc/self"), Path.of("/proc/swaps"));
    }

    /** For tests: the same from copies. */
    ProcSelf(Path proc, Path swaps) {
        this.proc = proc;
        this.swaps = swaps;
    }

    /** A sentence for each file this process could write to now. */
    List<String> problems() throws IOException {
        List<String> problems = new ArrayList<>();
        if (Files.isReadable(proc.resolve("maps"))) {
            for (String line : Files.readAllLines(proc.resolve("maps"))) {
                sharedFile(line, problems);
            }
            openFiles(problems);
        }
        return problems;
    }

    private static void sharedFile(String line, List<String> problems) {
        Matcher m = MAPPING.matcher(line);
        if (m.matches() && m.group(1).endsWith("s") && m.group(1).charAt(1) == 'w' && onDisk(m.group(3))) {
            problems.add("%s is mapped for writing".formatted(m.group(3)));
        }
    }

    private void openFiles(List<String> problems) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(proc.resolve("fd"))) {
            for (Path fd : all) {
                String number = fd.getFileName().toString();
                String target = target(fd);
                if (target != null
                        && Integer.parseInt(number) > INHERITED_MAX
                        && onDisk(target)
                        && Files.isRegularFile(fd)
                        && writable(number)) {
                    problems.add("%s is open for writing".formatted(target));
                }
            }
        }
    }

    /** Null where it was closed meanwhile. */
    private static @Nullable String target(Path fd) throws IOException {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private boolean writable(String fd) throws IOException {
        try (Stream<String> lines = Files.lines(proc.resolve("fdinfo").resolve(fd))) {
            return lines.map(FLAGS::matcher)
                    .filter(Matcher::matches)
                    .anyMatch(m -> (Integer.parseInt(m.group(1), 8) & ACCESS_MODE) != 0);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Memory with a name, and devices, are no files on a disk. */
    private static boolean onDisk(String path) {
        return path.startsWith("/")
                && !path.startsWith("/memfd:")
                && !path.startsWith("/dev/zero")
                && !path.startsWith("/SYSV")
                && !path.startsWith("/proc/");
    }

    /** Whether the kernel would write this process's memory into a core file. */
    boolean dumpsCore() throws IOException {
        Path limits = proc.resolve("limits");
        if (!Files.isReadable(limits)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(limits)) {
            return lines.map(CORE::matcher).filter(Matcher::matches).anyMatch(m -> !m.group(1)
                    .equals("0"));
        }
    }

    /** Where memory may be swapped out to: files and partitions, none = nowhere. */
    List<String> swapsInUse() throws IOException {
        if (!Files.isReadable(swaps)) {
            return List.of();
        }
        return Files.readAllLines(swaps).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.split("\\s+", 2)[0])
                .toList();
    }
}
