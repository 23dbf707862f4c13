package io.svcdht.node.runtime;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a backup consists of: a text file of lines.
 *
 * <pre>
 * svc-dht backup 1
 * first N
 * position N
 * digest b3:HEX
 * file SIZE b3:HEX NAME      for each, with / between folders
 * end b3:HEX                 BLAKE3 of all lines before
 * </pre>
 */
record BackupManifest(long first, long position, Key digest, Map<String, Sum> files) {
    static final String FILE = "BACKUP";
    private static final String FORMAT = "svc-dht backup 1";
    private static final int CHUNK = 1 << 16;

    BackupManifest {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /** Size and BLAKE3 of a file. */
    record Sum(long bytes, Key digest) {
        static Sum of(Path file) throws IOException {
            Blake3 digest = new Blake3();
            long bytes = 0;
            try (InputStream in = Files.newInputStream(file)) {
                byte[] chunk = new byte[CHUNK];
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    digest.update(chunk, 0, n);
                    bytes += n;
                }
            }
            return new Sum(bytes, Key.of(digest.finish()));
        }
    }

    /** Of all files that are in the directory now. */
    static BackupManifest of(Path directory, long first, long position, Key digest) throws IOException {
        Map<String, Sum> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(name(directory.relativize(file)), Sum.of(file));
            }
        }
        return new BackupManifest(first, position, digest, files);
    }

    private static String name(Path relative) {
        return relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
    }

    long bytes() {
        return files.values().stream().mapToLong(Sum::bytes).sum();
    }

    private String lines() {
        StringBuilder text = new StringBuilder();
        text.append(FORMAT).append('\n');
        text.append("first ").append(first).append('\n');
        text.append("position ").append(position).append('\n');
        text.append("digest ").append(ContentId.canonical(digest)).append('\n');
        files.forEach((name, sum) ->
                text.append("file %d %s %s\n".formatted(sum.bytes(), ContentId.canonical(sum.digest()), name)));
        return text.toString();
    }

    /** Makes the names of what is there durable, then writes the manifest and makes it so. */
    void write(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path d : all.filter(Files::isDirectory).toList()) {
                DataDirectory.forceDirectory(d);
            }
        }
        String lines = lines();
        byte[] text = (lines + "end " + digestOf(lines) + "\n").getBytes(StandardCharsets.UTF_8);
        Path fresh = directory.resolve(FILE + ".new");
        try (FileChannel c = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            c.write(ByteBuffer.wrap(text));
            c.force(true);
        }
        Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        DataDirectory.forceDirectory(directory);
    }

    private static String digestOf(String lines) {
        return ContentId.canonical(Key.of(Blake3.hash(lines.getBytes(StandardCharsets.UTF_8))));
    }

    /**
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws IllegalArgumentException if it is not as it was written
     */
    static BackupManifest read(Path directory) throws IOException {
        String text = Files.readString(directory.resolve(FILE));
        int end = text.lastIndexOf("\nend ") + 1;
        if (end == 0 || !text.substring(end).strip().equals("end " + digestOf(text.substring(0, end)))) {
            throw new IllegalArgumentException("its manifest is not as it was written");
        }
        List<String> lines = text.substring(0, end).lines().toList();
        if (!lines.getFirst().equals(FORMAT)) {
            throw new IllegalArgumentException(
                    "it is a \"%s\"; this build reads \"%s\"".formatted(lines.getFirst(), FORMAT));
        }
        Map<String, Sum> files = new TreeMap<>();
        for (String line : lines.subList(4, lines.size())) {
            String[] words = line.split(" ", 4);
            files.put(safe(words[3]), new Sum(Long.parseLong(words[1]), key(words[2])));
        }
        return new BackupManifest(
                number(lines.get(1), "first "),
                number(lines.get(2), "position "),
                key(lines.get(3).substring(7)),
                files);
    }

    private static long number(String line, String word) {
        return Long.parseLong(line.substring(word.length()));
    }

    private static Key key(String canonical) {
        return Key.parseHex(canonical.substring(ContentId.PREFIX.length()));
    }

    /** A manifest must not name anything outside of its directory. */
    private static String safe(String name) {
        Path path = Path.of(name);
        if (path.isAbsolute() || !path.normalize().equals(path) || path.startsWith("..")) {
            throw new IllegalArgumentException("its manifest names a file elsewhere: " + name);
        }
        return name;
    }
}
