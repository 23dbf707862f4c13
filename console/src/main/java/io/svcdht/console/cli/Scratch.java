package io.svcdht.console.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory among temporary files that is gone when the command is. */
record Scratch(Path directory) implements AutoCloseable {
    static Scratch make(String name) {
        try {
            return new Scratch(Files.createTempDirectory(name));
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, "no directory of temporary files can be made: " + e, e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path p : deepestFirst) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, "%s could not be removed: %s".formatted(directory, e), e);
        }
    }
}
