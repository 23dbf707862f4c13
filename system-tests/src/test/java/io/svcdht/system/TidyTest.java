package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a reviewer would otherwise have to look for. */
final class TidyTest {
    private static final int LINES_MAX = 500;
    private static final List<String> MODULES =
            List.of("storage", "node", "console", "client", "cluster", "kafka", "discovery", "benchmarks");
    private static final Pattern LATER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern PRINTS = Pattern.compile("System\\.(out|err)\\b|printStackTrace\\(");
    private static final Pattern DEPENDENCY =
            Pattern.compile("<dependency>.*?<artifactId>([^<]+)</artifactId>.*?</dependency>", Pattern.DOTALL);
    /** The page speaks of libraries, the poms of artifacts. */
    private static final Map<String, String> NAME_ON_PAGE = Map.ofEntries(
            Map.entry("chronicle-bom", "chronicle queue"),
            Map.entry("chronicle-queue", "chronicle queue"),
            Map.entry("vertx-dependencies", "vert.x core"),
            Map.entry("vertx-core", "vert.x core"),
            Map.entry("vertx-web", "vert.x core, web"),
            Map.entry("vertx-web-client", "vert.x"),
            Map.entry("vertx-junit5", "vert.x"),
            Map.entry("micrometer-bom", "micrometer"),
            Map.entry("micrometer-registry-prometheus", "prometheus registry"),
            Map.entry("opentelemetry-bom", "opentelemetry-sdk-trace"),
            Map.entry("opentelemetry-exporter-otlp", "exporter-otlp"),
            Map.entry("opentelemetry-exporter-sender-jdk", "exporter-sender-jdk"),
            Map.entry("jackson-bom", "jackson core"),
            Map.entry("jackson-core", "jackson core"),
            Map.entry("jackson-databind", "databind"),
            Map.entry("jackson-dataformat-toml", "toml"),
            Map.entry("bcprov-jdk18on", "bouncycastle"),
            Map.entry("bcpkix-jdk18on", "bcpkix"),
            Map.entry("slf4j-api", "slf4j"),
            Map.entry("logback-classic", "logback"),
            Map.entry("junit-bom", "junit"),
            Map.entry("junit-jupiter", "junit"),
            Map.entry("assertj-core", "assertj"),
            Map.entry("archunit-junit5", "archunit"),
            Map.entry("jmh-core", "jmh"));

    private final Path root = Program.checkout();

    @Test
    void no_source_file_has_outgrown_its_reader() throws IOException {
        List<String> long_ = new ArrayList<>();
        for (Path file : mainSources()) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                if (count > LINES_MAX) {
                    long_.add("%s: %d lines".formatted(root.relativize(file), count));
                }
            }
        }
        assertThat(long_).as("files over %d lines", LINES_MAX).isEmpty();
    }

    @Test
    void nothing_is_left_for_later() throws IOException {
        assertThat(found(LATER, mainSources())).isEmpty();
    }

    @Test
    void only_the_command_line_prints() throws IOException {
        List<Path> sources = mainSources().stream()
                .filter(f -> !f.startsWith(root.resolve("console/src/main/java/io/svcdht/console/cli")))
                .filter(f -> !f.startsWith(root.resolve("console/src/main/java/io/svcdht/console/log")))
                .filter(f -> !f.startsWith(root.resolve("benchmarks")))
                .toList();
        assertThat(found(PRINTS, sources)).isEmpty();
    }

    @Test
    void every_dependency_has_its_reason() throws IOException {
        String page = Files.readString(root.resolve("docs-site/reference/dependencies.md"))
                .toLowerCase(Locale.ROOT);
        TreeSet<String> unexplained = new TreeSet<>();
        List<Path> poms = new ArrayList<>(List.of(root.resolve("pom.xml"), root.resolve("system-tests/pom.xml")));
        MODULES.forEach(m -> poms.add(root.resolve(m).resolve("pom.xml")));
        for (Path pom : poms) {
            Matcher m = DEPENDENCY.matcher(Files.readString(pom));
            while (m.find()) {
                String artifact = m.group(1);
                if (!artifact.startsWith("svc-dht-") && !page.contains(NAME_ON_PAGE.getOrDefault(artifact, artifact))) {
                    unexplained.add(artifact);
                }
            }
        }
        assertThat(unexplained)
                .as("dependencies that docs-site/reference/dependencies.md does not name")
                .isEmpty();
    }

    private List<String> found(Pattern pattern, List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add("%s:%d: %s"
                            .formatted(
                                    root.relativize(file), i + 1, lines.get(i).strip()));
                }
            }
        }
        return found;
    }

    private List<Path> mainSources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> all = Files.walk(root.resolve(module).resolve("src/main"))) {
                all.filter(f -> f.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        assertThat(sources).hasSizeGreaterThan(50);
        return sources;
    }
}
