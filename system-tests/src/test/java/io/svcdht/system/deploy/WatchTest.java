package io.svcdht.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.svcdht.system.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Prometheus and Grafana of the compose file's profile {@code watch}: what they are given fits together and to the nodes. */
final class WatchTest {
    private static final String DASHBOARDS = "/var/lib/grafana/dashboards";
    private static final Pattern TOLD = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\|");
    private static final Pattern NAME = Pattern.compile("\\b[a-z]+(?:_[a-z0-9]+)+\\b");
    /** What stands in an expression and is no metric. */
    private static final Pattern NO_METRIC =
            Pattern.compile("\"[^\"]*\"|\\b(?:by|without|on|ignoring)\\s*\\([^)]*\\)|\\$\\w+|[a-z_]+(?=\\s*\\()");

    private final Path docker = Program.checkout().resolve("docker");
    private final ObjectMapper json = new ObjectMapper();
    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());

    private JsonNode compose() throws IOException {
        return yaml.readTree(Files.readString(docker.resolve("compose.yaml"))).get("services");
    }

    /** Files that are bound into a container: path there → path here. */
    private Map<String, Path> files(String service) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        for (JsonNode volume : compose().get(service).get("volumes")) {
            String[] parts = volume.asText().split(":");
            if (parts[0].startsWith(".")) {
                Path here = docker.resolve(parts[0]).normalize();
                assertThat(here).isRegularFile();
                assertThat(parts[2]).as(volume.asText()).isEqualTo("ro");
                files.put(parts[1], here);
            }
        }
        return files;
    }

    @Test
    void both_run_only_where_they_are_asked_for() throws IOException {
        for (String service : List.of("prometheus", "grafana")) {
            assertThat(compose().get(service).get("profiles"))
                    .extracting(JsonNode::asText)
                    .containsExactly("watch");
        }
        assertThat(compose().at("/grafana/ports/0").asText())
                .as("bound to loopback")
                .startsWith("127.0.0.1:");
    }

    @Test
    void prometheus_asks_each_node_with_the_viewers_token_and_knows_the_alerts() throws IOException {
        Map<String, Path> files = files("prometheus");
        JsonNode read = yaml.readTree(Files.readString(files.get("/etc/prometheus/prometheus.yaml")));
        JsonNode job = read.at("/scrape_configs/0");
        assertThat(job.at("/static_configs/0/targets"))
                .extracting(JsonNode::asText)
                .containsExactly("node1:5301", "node2:5301", "node3:5301", "node4:5301", "node5:5301");
        assertThat(job.get("metrics_path").asText()).isEqualTo("/metrics");
        assertThat(job.at("/authorization/credentials_file").asText()).isEqualTo("/tokens/viewer.token");
        assertThat(compose().at("/prometheus/volumes"))
                .extracting(JsonNode::asText)
                .contains("tokens:/tokens:ro");
        assertThat(read.get("rule_files")).isNotEmpty().allSatisfy(f -> assertThat(files)
                .containsKey(f.asText()));
        assertThat(compose().at("/prometheus/command/0").asText())
                .isEqualTo("--config.file=/etc/prometheus/prometheus.yaml");
    }

    @Test
    void grafana_has_prometheus_for_a_source_and_every_dashboard_that_there_is() throws IOException {
        Map<String, Path> files = files("grafana");
        JsonNode source = yaml.readTree(
                        Files.readString(files.get("/etc/grafana/provisioning/datasources/svc-dht.yaml")))
                .at("/datasources/0");
        assertThat(source.get("url").asText()).isEqualTo("http://prometheus:9090");
        assertThat(source.get("isDefault").asBoolean()).isTrue();
        assertThat(yaml.readTree(Files.readString(files.get("/etc/grafana/provisioning/dashboards/svc-dht.yaml")))
                        .at("/providers/0/options/path")
                        .asText())
                .isEqualTo(DASHBOARDS);
        Set<Path> provided = new HashSet<>();
        files.forEach((there, here) -> {
            if (there.startsWith(DASHBOARDS)) {
                provided.add(here);
            }
        });
        assertThat(provided).isEqualTo(dashboards());
    }

    private Set<Path> dashboards() throws IOException {
        Set<Path> all = new TreeSet<>();
        for (Path directory :
                List.of(docker.resolve("grafana"), Program.checkout().resolve("ops/grafana"))) {
            try (var files = Files.list(directory)) {
                files.filter(f -> f.toString().endsWith(".json")).forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void dashboards_differ_in_name_and_ask_only_for_what_nodes_tell_of_the_source_they_are_given() throws IOException {
        Set<String> told = new HashSet<>();
        Matcher m = TOLD.matcher(Files.readString(Program.checkout().resolve("docs-site/reference/metrics.md")));
        while (m.find()) {
            told.add(m.group(1));
        }
        assertThat(told).hasSizeGreaterThan(50);
        Set<String> uids = new HashSet<>();
        Set<String> unknown = new TreeSet<>();
        for (Path file : dashboards()) {
            JsonNode board = json.readTree(Files.readString(file));
            assertThat(uids.add(board.get("uid").asText()))
                    .as("%s has a uid of its own", file)
                    .isTrue();
            List<String> expressions = board.findValuesAsText("expr");
            assertThat(expressions).as("%s", file).isNotEmpty();
            for (String expression : expressions) {
                Matcher names = NAME.matcher(NO_METRIC.matcher(expression).replaceAll(" "));
                while (names.find()) {
                    String metric = names.group().replaceFirst("_(bucket|sum|count)$", "");
                    if (!told.contains(metric) && !told.contains(names.group())) {
                        unknown.add(file.getFileName() + ": " + names.group());
                    }
                }
            }
            for (JsonNode source : board.findValues("datasource")) {
                assertThat(source.path("uid").asText()).as("%s", file).isIn("svc-dht", "${datasource}");
            }
        }
        assertThat(unknown).isEmpty();
    }
}
