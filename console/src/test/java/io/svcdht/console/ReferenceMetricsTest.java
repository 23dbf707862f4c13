package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a node that runs tells is what the page says, and all that rules and dashboards ask for. */
class ReferenceMetricsTest {
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    /** A metric's name as ours and Vert.x' are, in an expression. */
    private static final Pattern NAME = Pattern.compile("\\b([a-z]+(?:_[a-z0-9]+)+)\\b(?!\\s*[=(])");
    /** What our rules record, values, labels that are grouped by, variables, functions over time. */
    private static final String OTHER_WORDS =
            "\\bsvc_dht:[a-z0-9_:]+|\"[^\"]*\"|\\b(by|without|on)\\s*\\([^)]*\\)|\\$[a-z_]+|\\b[a-z]+_over_time\\b";
    /** Labels that come from the scraping Prometheus. */
    private static final Set<String> OUTSIDE = Set.of("job", "instance");

    private static String scrape = "";

    /** One metric, as its head and its samples say. */
    private record Metric(String type, String help, Set<String> labels) {}

    @BeforeAll
    static void ask_a_node() throws Exception {
        Loaded settings = (Loaded) ConfigLoader.load(
                Flags.parse(List.of("--amnesia", "--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0")), Map.of());
        try (ServingNode node = ServingNode.start(settings);
                HttpClient client = HttpClient.newHttpClient()) {
            URI metrics = URI.create("http://" + node.addresses().getFirst() + "/metrics");
            // Requests count once they are answered, so the second scrape tells of the first.
            do {
                scrape = client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                        .body();
            } while (!scrape.contains("http_requests_total{"));
        }
    }

    @Test
    void metrics_page_has_every_metric() throws IOException {
        StringBuilder table = new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
        metrics()
                .forEach((name, m) -> table.append("| `%s` | %s | %s | %s |\n"
                        .formatted(
                                name,
                                m.type(),
                                String.join(
                                        " ",
                                        m.labels().stream()
                                                .map(l -> "`" + l + "`")
                                                .toList()),
                                m.help().replace("|", "\\|"))));
        ReferencePage.holds("metrics", "metrics", table.toString());
    }

    private static Map<String, Metric> metrics() {
        Map<String, Metric> all = new TreeMap<>();
        for (String line : scrape.split("\n")) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                all.put(words[2], new Metric("", words[3], new TreeSet<>()));
            } else if (line.startsWith("# TYPE ")) {
                Metric m = all.get(words[2]);
                all.put(words[2], new Metric(words[3], m.help(), m.labels()));
            } else {
                Matcher m = SAMPLE.matcher(line);
                assertThat(m.matches()).as(line).isTrue();
                Metric of = all.get(m.group(1).replaceAll("_(bucket|count|sum)$", ""));
                Matcher label = LABEL.matcher(m.group(2) == null ? "" : m.group(2));
                while (of != null && label.find()) {
                    if (!label.group(1).equals("le")) {
                        of.labels().add(label.group(1));
                    }
                }
            }
        }
        // The maximum of a histogram's last minutes is told beside it.
        all.keySet().removeIf(name -> name.endsWith("_max") && all.containsKey(name.substring(0, name.length() - 4)));
        return all;
    }

    @Test
    void a_node_tells_all_that_rules_and_dashboards_ask_for() throws IOException {
        Set<String> told = new TreeSet<>();
        for (String line : scrape.split("\n")) {
            Matcher m = SAMPLE.matcher(line);
            if (m.matches()) {
                told.add(m.group(1));
            }
        }
        Set<String> asked = new TreeSet<>();
        for (Path file : files()) {
            for (String expression : expressions(file)) {
                Matcher m = NAME.matcher(expression.replaceAll(OTHER_WORDS, ""));
                while (m.find()) {
                    asked.add(m.group(1));
                }
            }
        }
        assertThat(asked).hasSizeGreaterThan(25);
        assertThat(asked).isSubsetOf(told);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(ReferencePage.root().resolve("ops"))) {
            List<Path> found = all.filter(f -> f.toString().matches(".*\\.(rules\\.yml|json)"))
                    .sorted()
                    .toList();
            assertThat(found).hasSizeGreaterThan(2);
            return found;
        }
    }

    /** A rule that asks for a label value nobody ever tells would be silent for ever. */
    @Test
    void a_node_tells_each_label_value_that_rules_and_dashboards_ask_for() throws IOException {
        Pattern selector = Pattern.compile("([a-z_]+)\\{([^}]*)}");
        Pattern matcher = Pattern.compile("([a-z]+)=~?\"([^\"]*)\"");
        int values = 0;
        for (Path file : files()) {
            for (String expression : expressions(file)) {
                Matcher s = selector.matcher(expression);
                while (s.find()) {
                    Matcher m = matcher.matcher(s.group(2));
                    while (m.find()) {
                        for (String value : m.group(2).split("\\|")) {
                            if (!OUTSIDE.contains(m.group(1))) {
                                values++;
                                assertThat(scrape)
                                        .as("%s in %s", s.group(), file)
                                        .containsPattern("(?m)^%s\\{.*\\b%s=\"%s\""
                                                .formatted(s.group(1), m.group(1), Pattern.quote(value)));
                            }
                        }
                    }
                }
            }
        }
        assertThat(values).isGreaterThan(10);
    }

    /** All {@code expr} of rules or dashboards; a rule may go on in lines that stand further in. */
    private static List<String> expressions(Path file) throws IOException {
        Pattern one = file.toString().endsWith(".json")
                ? Pattern.compile("\"expr\" *: *\"((?:[^\"\\\\]|\\\\.)*)\"")
                : Pattern.compile("(?m)^ +(?:- )?expr: *(?:[|>]-?)?((?:.*\\n)(?: {10,}.*\\n)*)");
        return one.matcher(Files.readString(file))
                .results()
                .map(r -> r.group(1).replace("\\\"", "\""))
                .toList();
    }
}
