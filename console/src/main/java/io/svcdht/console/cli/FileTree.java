package io.svcdht.console.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** The regular files below a directory; symbolic links are neither followed nor listed. */
final class FileTree {
    private FileTree() {}

    /**
     * Visits each file with its size, in the order the system lists them, until all are seen or {@code stopped}.
     *
     * @param unreadable told of what cannot be looked into; the walk goes on
     */
    static void walk(
            Path root,
            ObjLongConsumer<Path> onFile,
            BiConsumer<Path, IOException> unreadable,
            BooleanSupplier stopped) {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        onFile.accept(file, attributes.size());
                    }
                    return next();
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    unreadable.accept(file, e);
                    return next();
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
                    if (e != null) {
                        unreadable.accept(directory, e);
                    }
                    return next();
                }

                private FileVisitResult next() {
                    return stopped.getAsBoolean() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            unreadable.accept(root, e);
        }
    }
}
