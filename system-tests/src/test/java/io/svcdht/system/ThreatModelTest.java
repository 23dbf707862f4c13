package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of threats names tests that are there, and of each threat a test, or what remains of it. */
class ThreatModelTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs-site/concepts/threat-model.md");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]*)#([A-Za-z0-9_]+)`");

    private record Row(String threat, String defence, String test, String remains) {}

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| ") && !line.startsWith("| threat |")) {
                String[] cells = line.substring(2, line.length() - 2).split(" \\| ", -1);
                assertThat(cells).as(line).hasSize(4);
                rows.add(new Row(cells[0], cells[1], cells[2], cells[3]));
            }
        }
        return rows;
    }

    @Test
    void every_test_the_page_names_is_there() throws IOException {
        int named = 0;
        for (Row row : rows()) {
            for (Matcher m = TEST.matcher(row.test()); m.find(); named++) {
                String source = Files.readString(source(m.group(1)));
                int at = source.indexOf(" void " + m.group(2) + "(");
                assertThat(at).as("%s, named for: %s", m.group(), row.threat()).isPositive();
                // Its annotations stand between the method before and itself.
                String before = source.substring(source.lastIndexOf("    }\n", at) + 1, at);
                assertThat(before).as(m.group()).containsPattern("@(Test|ParameterizedTest)\\b");
            }
        }
        assertThat(named).isGreaterThan(40);
    }

    @Test
    void what_no_test_shows_is_said_to_remain() throws IOException {
        for (Row row : rows()) {
            assertThat(TEST.matcher(row.test()).find() || !row.remains().equals("–"))
                    .as(row.threat())
                    .isTrue();
        }
    }

    /** The page's word that a test shows it is worth something once the test was seen red without the defence. */
    @Test
    void a_mutant_reddens_a_test_of_each() throws IOException {
        Set<String> reddened = new HashSet<>();
        try (Stream<Path> patches = Files.walk(ROOT.resolve("system-tests/mutants"))) {
            for (Path patch : patches.filter(Files::isRegularFile).toList()) {
                String first = Files.readAllLines(patch).getFirst();
                reddened.add(first.substring(first.indexOf('#', 1) + 1));
            }
        }
        for (Row row : rows()) {
            List<String> tests =
                    TEST.matcher(row.test()).results().map(r -> r.group(2)).toList();
            assertThat(tests.isEmpty() || tests.stream().anyMatch(reddened::contains))
                    .as("a mutant for: %s", row.threat())
                    .isTrue();
        }
    }

    private static Path source(String type) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String module : List.of("storage", "node", "console", "cluster", "discovery", "system-tests")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.filter(f -> f.getFileName().toString().equals(type + ".java"))
                        .forEach(found::add);
            }
        }
        assertThat(found).as("sources of %s", type).hasSize(1);
        return found.getFirst();
    }
}
