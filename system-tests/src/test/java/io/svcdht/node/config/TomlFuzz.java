package io.svcdht.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Settings files, for the fuzzer: in this package, where their reader is. */
public final class TomlFuzz {
    private static final Path FILE = file();

    private TomlFuzz() {}

    private static Path file() {
        try {
            Path file = Files.createTempFile("svc-dht-fuzz", ".toml");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new IllegalStateException("no temporary file", e);
        }
    }

    /** Every mistake is a problem with a sentence, none an exception; without problems there are settings. */
    public static void settings(byte[] input) throws IOException {
        Files.write(FILE, input);
        List<Problem> problems = new ArrayList<>();
        Map<String, Raw> read = TomlSettings.read(FILE, problems::add);
        for (Problem p : problems) {
            if (p.toString().isBlank()) {
                throw new AssertionError("a problem without a sentence");
            }
        }
        for (Map.Entry<String, Raw> one : read.entrySet()) {
            ConfigKey<?> key = ConfigTable.byName(one.getKey());
            if (key == null) {
                throw new AssertionError(one.getKey() + " is no setting");
            }
            try {
                key.type().parse(one.getValue().text());
            } catch (IllegalArgumentException e) {
                // The problem's sentence.
            }
        }
    }
}
