package io.svcdht.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult;
import io.svcdht.node.config.ConfigTable;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.system.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests are read into their own types, which know every field there is; names in them are those of the program. */
final class ManifestsTest {
    private static final Pattern VARIABLE = Pattern.compile("\\b(DHT_[A-Z0-9_]+|RON_AMNESIA)\\b");
    private static final Pattern KIND = Pattern.compile("(?m)^kind: (\\w+)$");
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "Service", Service.class,
            "StatefulSet", StatefulSet.class,
            "PodDisruptionBudget", PodDisruptionBudget.class,
            "NetworkPolicy", NetworkPolicy.class);
    /** No settings: what clients of a node read. */
    private static final Set<String> OF_CLIENTS = Set.of("DHT_API", "DHT_TOKEN_FILE", "DHT_CONFIG");

    private final Path docker = Program.checkout().resolve("docker");
    private final ObjectMapper yaml =
            new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private <T extends HasMetadata> T manifest(Class<T> type) throws IOException {
        for (HasMetadata m : manifests()) {
            if (type.isInstance(m)) {
                return type.cast(m);
            }
        }
        throw new AssertionError("no " + type.getSimpleName());
    }

    private List<HasMetadata> manifests() throws IOException {
        List<HasMetadata> found = new ArrayList<>();
        for (String document :
                Files.readString(docker.resolve("kubernetes/svc-dht.yaml")).split("(?m)^---$")) {
            Matcher kind = KIND.matcher(document);
            assertThat(kind.find()).as(document).isTrue();
            HasMetadata typed = yaml.readValue(document, KINDS.get(kind.group(1)));
            assertUnknownNothing(yaml.readTree(document), typed);
            found.add(typed);
        }
        return found;
    }

    /** The types keep fields they do not know aside: written again, such a manifest would still hold them. */
    private void assertUnknownNothing(JsonNode read, HasMetadata typed) {
        Set<String> unknown = new TreeSet<>();
        collectUnknown("", typed, new HashSet<>(), unknown);
        assertThat(unknown)
                .as("fields that no type knows, in %s", read.get("kind"))
                .isEmpty();
    }

    private static void collectUnknown(String at, Object value, Set<Integer> seen, Set<String> unknown) {
        if (value instanceof List<?> list) {
            list.forEach(v -> collectUnknown(at + "[]", v, seen, unknown));
            return;
        }
        if (value == null
                || !value.getClass().getName().startsWith("io.fabric8")
                || value instanceof Enum<?>
                || !seen.add(System.identityHashCode(value))) {
            return;
        }
        for (var method : value.getClass().getMethods()) {
            if (method.getParameterCount() > 0
                    || !method.getName().startsWith("get")
                    || method.getName().equals("getClass")) {
                continue;
            }
            try {
                Object inner = method.invoke(value);
                if (method.getName().equals("getAdditionalProperties")) {
                    ((Map<?, ?>) inner).keySet().forEach(k -> unknown.add(at + "." + k));
                } else {
                    collectUnknown(at + "." + method.getName().substring(3), inner, seen, unknown);
                }
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(method.toString(), e);
            }
        }
    }

    private PodSpec pod() throws IOException {
        return manifest(StatefulSet.class).getSpec().getTemplate().getSpec();
    }

    private Container node() throws IOException {
        return pod().getContainers().getFirst();
    }

    @Test
    void every_field_is_one_that_its_type_knows() throws IOException {
        assertThat(manifests())
                .hasSize(KINDS.size())
                .extracting(HasMetadata::getKind)
                .doesNotHaveDuplicates();
    }

    @Test
    void selectors_and_services_meet_the_pods() throws IOException {
        StatefulSet set = manifest(StatefulSet.class);
        Map<String, String> labels = set.getSpec().getTemplate().getMetadata().getLabels();
        Service service = manifest(Service.class);
        assertThat(labels).containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels());
        assertThat(labels).containsAllEntriesOf(service.getSpec().getSelector());
        assertThat(labels)
                .containsAllEntriesOf(manifest(PodDisruptionBudget.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels());
        assertThat(labels)
                .containsAllEntriesOf(
                        manifest(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels());
        assertThat(set.getSpec().getServiceName())
                .isEqualTo(service.getMetadata().getName());
        assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
        assertThat(service.getSpec().getPorts()).allSatisfy(p -> assertThat(node().getPorts())
                .extracting(ContainerPort::getName)
                .contains(p.getTargetPort().getStrVal()));
    }

    @Test
    void pods_run_as_the_images_user_without_rights_and_probe_what_the_node_serves() throws IOException {
        PodSpec pod = pod();
        String dockerfile = Files.readString(docker.resolve("Dockerfile"));
        assertThat(dockerfile).contains("USER " + pod.getSecurityContext().getRunAsUser() + ":");
        for (Container c : Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .toList()) {
            assertThat(c.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(c.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(c.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        }
        Container node = node();
        assertThat(List.of(node.getStartupProbe(), node.getLivenessProbe()))
                .extracting(Probe::getHttpGet)
                .extracting(g -> g.getPath())
                .containsOnly("/healthz");
        assertThat(node.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
        Set<String> mounted =
                node.getVolumeMounts().stream().map(VolumeMount::getName).collect(Collectors.toSet());
        Set<String> volumes = new HashSet<>();
        pod.getVolumes().forEach(v -> volumes.add(v.getName()));
        manifest(StatefulSet.class)
                .getSpec()
                .getVolumeClaimTemplates()
                .forEach(v -> volumes.add(v.getMetadata().getName()));
        assertThat(volumes).isEqualTo(mounted);
    }

    @Test
    void every_variable_in_the_files_is_a_setting() throws IOException {
        Set<String> settings = new HashSet<>();
        ConfigTable.KEYS.forEach(k -> settings.add(k.variable()));
        Set<String> unknown = new TreeSet<>();
        int seen = 0;
        for (String file : List.of(
                "Dockerfile",
                "compose.yaml",
                "compose.amnesia.yaml",
                "kubernetes/svc-dht.yaml",
                "systemd/svc-dht.service")) {
            Matcher m = VARIABLE.matcher(Files.readString(docker.resolve(file)));
            while (m.find()) {
                seen++;
                // SVC_DHT_… are the compose file's own.
                boolean own = m.start() > 0 && m.group().startsWith("DHT_") && isOwn(file, m.start());
                if (!own && !settings.contains(m.group()) && !OF_CLIENTS.contains(m.group())) {
                    unknown.add(file + ": " + m.group());
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(seen).isGreaterThan(20);
    }

    private boolean isOwn(String file, int at) throws IOException {
        String text = Files.readString(docker.resolve(file));
        return at >= 4 && text.startsWith("SVC_", at - 4);
    }

    @Test
    void pods_settings_hold_when_the_node_reads_them(@TempDir Path directory) throws IOException {
        Path tokens = Files.createFile(
                directory.resolve("tokens"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(tokens, TokenFile.line(Role.ADMIN, "made for this test"));
        Map<String, String> environment = new java.util.HashMap<>();
        for (EnvVar v : node().getEnv()) {
            if (v.getValue() != null) {
                environment.put(
                        v.getName(),
                        v.getValue().replace("$(POD_IP)", "10.1.2.3").replace("/tokens/tokens", tokens.toString()));
            }
        }
        ConfigResult loaded = ConfigLoader.load(Flags.parse(List.of()), environment);
        assertThat(loaded).as("%s", loaded).isInstanceOf(ConfigResult.Loaded.class);
    }

    @Test
    void five_nodes_of_the_compose_file_differ_in_name_address_port_and_volume_alone() throws IOException {
        JsonNode services =
                yaml.readTree(Files.readString(docker.resolve("compose.yaml"))).get("services");
        Set<String> addresses = new HashSet<>();
        Set<String> volumes = new HashSet<>();
        for (int i = 1; i <= 5; i++) {
            JsonNode node = services.get("node" + i);
            assertThat(node.get("hostname").asText()).isEqualTo("node" + i);
            String address = node.at("/networks/dht/ipv4_address").asText();
            assertThat(node.at("/environment/DHT_ADVERTISE").asText()).isEqualTo(address + ":5302");
            addresses.add(address);
            volumes.add(node.at("/volumes/1").asText());
            assertThat(node.at("/ports/0").asText()).as("bound to loopback").startsWith("127.0.0.1:");
        }
        assertThat(addresses).hasSize(5);
        assertThat(volumes).hasSize(5);
    }
}
