package io.svcdht.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.ConfigKey.Surroundings;
import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.NodeConfig.LogFormat;
import io.svcdht.node.config.NodeConfig.Profile;
import io.svcdht.node.config.NodeConfig.Sync;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    private static final Set<Class<?>> GROUPS = Set.of(
            NodeConfig.Keeping.class,
            NodeConfig.Traces.class,
            NetworkConfig.class,
            NetworkConfig.Search.class,
            NetworkConfig.Connections.class,
            NetworkConfig.Care.class,
            NetworkConfig.Signing.class,
            NetworkConfig.Hiding.class,
            KafkaConfig.class,
            KafkaConfig.Topics.class,
            FleetConfig.class,
            DiscoveryConfig.class,
            BusConfig.class,
            Telemetry.class);

    private static final Surroundings PIPE = new Surroundings(Profile.MACRONODE, 1 << 30, false);

    @TempDir
    Path dir;

    @Test
    void silence_means_the_defaults() {
        Loaded loaded = loaded(List.of(), Map.of());
        assertThat(loaded.config().adminBind()).isEqualTo(new HostPort("127.0.0.1", 5301));
        assertThat(loaded.config().amnesia()).isFalse();
        assertThat(loaded.config().sync()).isEqualTo(Sync.GROUP);
        assertThat(loaded.config().ttlSeconds()).isEqualTo(600);
        assertThat(loaded.config().ttlSecondsMax()).isEqualTo(172_800);
        assertThat(loaded.config().maxRecords()).isEqualTo(1 << 20);
        assertThat(loaded.config().logFormat()).isEqualTo(LogFormat.JSON);
        assertThat(loaded.settings()).hasSize(ConfigTable.KEYS.size());
        assertThat(loaded.settings().values()).allMatch(s -> s.source().equals(new Source.Default()));
    }

    @Test
    void a_terminal_gets_text() {
        ConfigResult result =
                ConfigLoader.load(Flags.none(), Map.of(), new Surroundings(Profile.MACRONODE, 1 << 30, true));
        assertThat(((Loaded) result).config().logFormat()).isEqualTo(LogFormat.TEXT);
    }

    @Test
    void flags_win_over_variables_win_over_the_file_wins_over_the_profile() throws Exception {
        Path file = file("""
                # settings
                profile = "micronode"

                ttl_secs = 1
                max_records = 1_001
                sync = "none"
                """);
        Loaded loaded = loaded(
                List.of("--config", file.toString(), "--ttl-secs=3"),
                Map.of("DHT_TTL_SECS", "2", "DHT_SYNC", "always"));
        assertThat(loaded.config().ttlSeconds()).isEqualTo(3);
        assertThat(loaded.config().sync()).isEqualTo(Sync.ALWAYS);
        assertThat(loaded.config().maxRecords()).isEqualTo(1001);
        assertThat(loaded.config().amnesia()).isTrue();
        assertThat(loaded.settings())
                .containsEntry("ttl_secs", new Setting("3", new Source.Flag("--ttl-secs")))
                .containsEntry("sync", new Setting("always", new Source.Variable("DHT_SYNC")))
                .containsEntry("max_records", new Setting("1001", new Source.TomlFile(file.toString(), 5)))
                .containsEntry("amnesia", new Setting("true", new Source.OfProfile("micronode")));
    }

    @Test
    void the_profile_is_only_a_default() {
        Loaded loaded = loaded(List.of("--profile=micronode", "--amnesia=false"), Map.of());
        assertThat(loaded.config().amnesia()).isFalse();
    }

    @Test
    void every_form_a_file_may_have_is_read() throws Exception {
        Path file = file("""
                allowed_hosts = ["a.example", "B.example"]
                "admin_bind" = "[::1]:0"
                lenient_ids = false
                data_dir = 'some where'
                """);
        Loaded loaded = loaded(List.of(), Map.of("DHT_CONFIG", file.toString()));
        assertThat(loaded.config().allowedHosts()).containsExactly("a.example", "b.example");
        assertThat(loaded.config().adminBind()).isEqualTo(new HostPort("::1", 0));
        assertThat(loaded.config().lenientIds()).isFalse();
        assertThat(loaded.config().dataDir()).isEqualTo(Path.of("some where"));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "true, true", "0, false", "false, false"})
    void the_old_amnesia_variable_takes_four_words(String text, boolean amnesia) {
        assertThat(loaded(List.of(), Map.of("RON_AMNESIA", text)).config().amnesia())
                .isEqualTo(amnesia);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "TRUE", "2", " 1", "on"})
    void and_no_other(String text) {
        assertThat(problems(List.of(), Map.of("RON_AMNESIA", text)))
                .containsExactly("variable RON_AMNESIA: amnesia = \"%s\" is none of 1, true, 0, false".formatted(text));
    }

    @Test
    void all_problems_are_listed_with_their_places() throws Exception {
        Path file = file("""
                sync = "sometimes"
                ttl_secs = "600"
                max_record = 5
                console_read_only = 1
                [http]
                port = 1
                """);
        assertThat(problems(
                        List.of(
                                "--config=" + file,
                                "--log-levl",
                                "debug",
                                "--ttl-max-secs=0",
                                "--digest-mark-events",
                                "-1",
                                "x"),
                        Map.of("DHT_MAX_RECORDS", "many", "DHT_AMNESIA", "1", "DHT_LENIENT_ID", "true")))
                .containsExactlyInAnyOrder(
                        "flag --log-levl: is not known: did you mean --log-level?",
                        "flag x: is no flag; settings look like --ttl-secs=600",
                        "flag --ttl-max-secs: ttl_max_secs = \"0\" is outside 1…172800",
                        "flag --digest-mark-events: digest_mark_events = \"-1\" is outside 0…1000000000",
                        "variable DHT_MAX_RECORDS: max_records = \"many\" is no whole number; allowed is 1…1000000000",
                        "variable DHT_AMNESIA: is not known: did you mean RON_AMNESIA?",
                        "variable DHT_LENIENT_ID: is not known: did you mean DHT_LENIENT_IDS?",
                        file + ":1: sync = \"sometimes\" is none of none, group, always",
                        file + ":2: ttl_secs = \"600\" must be a whole number without quotes; allowed is 1…172800",
                        file + ":3: max_record is not known: did you mean max_records?",
                        file + ":4: console_read_only = 1 must be true or false without quotes; allowed is true, false",
                        file + ":5: [http] is a table; all keys stand at the top");
    }

    @Test
    void a_bad_value_is_told_even_where_a_flag_covers_it() {
        assertThat(problems(List.of("--ttl-secs=5"), Map.of("DHT_TTL_SECS", "x")))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ttl-secs=172801 | is outside",
                "--ttl-secs=1.5 | is no whole number",
                "--ttl-secs=+5 | is no whole number",
                "--ttl-secs= | is no whole number",
                "--ttl-secs=5-5 | is outside",
                "--ttl-secs=99999999999999999999 | is outside",
                "--amnesia=yes | is neither true nor false",
                "--sync=GROUP | is none of",
                "--admin-bind=5301 | is no address",
                "--admin-bind=127.0.0.1 | is no address",
                "--admin-bind=::1:5301 | is no address",
                "--admin-bind=[127.0.0.1]:5301 | is no address",
                "--admin-bind=localhost:65536 | has a port that is outside 0…65535",
                "--admin-bind=localhost:http | has a port that is no whole number",
                "--allowed-hosts=a,,b | which is no host name",
                "--allowed-hosts=http://a | which is no host name",
                "--allowed-hosts=* | which is no host name",
                "--data-dir= | is empty",
                "--log-format=xml | is none of json, text",
            })
    void each_bad_value_is_named(String flag, String what) {
        assertThat(problems(List.of(flag), Map.of()))
                .singleElement()
                .asString()
                .contains(
                        flag.substring(0, flag.indexOf('=')),
                        what,
                        "\"" + flag.substring(flag.indexOf('=') + 1) + "\"");
    }

    @Test
    void flags_need_values_and_come_once() {
        assertThat(problems(List.of("--sync=none", "--sync", "group", "--data-dir"), Map.of()))
                .containsExactly("flag --sync: is given twice", "flag --data-dir: needs a value");
        assertThat(loaded(List.of("--amnesia", "--lenient-ids", "false", "--console-read-only"), Map.of())
                        .config())
                .satisfies(c -> {
                    assertThat(c.amnesia()).isTrue();
                    assertThat(c.lenientIds()).isFalse();
                    assertThat(c.consoleReadOnly()).isTrue();
                });
    }

    @Test
    void a_file_that_is_not_there_or_no_toml_is_named() throws Exception {
        assertThat(problems(List.of("--config=" + dir.resolve("none")), Map.of()))
                .containsExactly(dir.resolve("none") + ": cannot be read: it does not exist");
        Path broken = file("sync = \"none\"\nttl_secs = = 5\n");
        assertThat(problems(List.of("--config=" + broken), Map.of()))
                .singleElement()
                .asString()
                .startsWith(broken + ":2: is not TOML");
        Path binary = dir.resolve("binary");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(problems(List.of("--config=" + binary), Map.of())).containsExactly(binary + ": is not UTF-8");
    }

    @Test
    void variables_of_others_only_warn() {
        assertThat(loaded(List.of(), Map.of("DHT_PORT_5301_TCP_PROTO", "tcp", "DHT_API", "x", "PATH", "y"))
                        .warnings())
                .containsExactly("variable DHT_PORT_5301_TCP_PROTO is not known and has no effect");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "node.example:1", "[fe80::1]:1"})
    void a_bind_beyond_loopback_needs_tokens(String bind) throws Exception {
        assertThat(problems(List.of("--admin-bind=" + bind), Map.of()))
                .singleElement()
                .asString()
                .startsWith("flag --admin-bind: admin_bind = " + bind + " can be reached by others");
        Path tokens = dir.resolve("tokens");
        Files.writeString(tokens, TokenFile.line(Role.ADMIN, "secret"));
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        assertThat(loaded(List.of("--admin-bind=" + bind, "--admin-token-file=" + tokens), Map.of())
                        .config()
                        .adminTokenFile())
                .contains(tokens);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "127.9.9.9:1", "[::1]:1", "localhost:1", "LOCALHOST:1"})
    void loopback_needs_none(String bind) {
        loaded(List.of("--admin-bind=" + bind), Map.of());
    }

    @Test
    void a_token_file_that_cannot_be_used_is_a_problem() {
        assertThat(problems(List.of("--admin-token-file=" + dir.resolve("none")), Map.of()))
                .containsExactly("flag --admin-token-file: admin_token_file: token file %s does not exist"
                        .formatted(dir.resolve("none")));
    }

    @Test
    void a_default_above_the_maximum_is_a_problem() {
        assertThat(problems(List.of("--ttl-max-secs=60"), Map.of()))
                .containsExactly(
                        "flag --ttl-max-secs: ttl_secs = 600 is above ttl_max_secs = 60; lower one or raise the other");
    }

    @Test
    void signatures_are_required_from_a_day_or_an_instant_on() {
        assertThat(loaded(List.of(), Map.of()).config().network().signing().requireOnMillis())
                .isEmpty();
        assertThat(loaded(List.of("--pq-require-on=2030-01-01"), Map.of())
                        .config()
                        .network()
                        .signing()
                        .requireOnMillis())
                .hasValue(1_893_456_000_000L);
        assertThat(problems(List.of("--pq-require-on=soon"), Map.of())).hasSize(1);
        assertThat(problems(List.of("--pq-algorithms=ml-dsa-87"), Map.of())).hasSize(1);
        assertThat(problems(List.of("--pq-algorithms=ed25519,rsa"), Map.of())).hasSize(1);
        assertThat(problems(List.of("--pq-algorithms=ed25519", "--pq-require-on=2030-01-01"), Map.of()))
                .containsExactly(
                        "flag --pq-require-on: pq_require_on wants signatures that pq_algorithms does not check;"
                                + " add ml-dsa-87, or leave one out");
    }

    @Test
    void a_bus_that_others_could_reach_needs_a_token_and_tls() throws Exception {
        assertThat(problems(List.of("--bus-bridge=127.0.0.1:7000"), Map.of()))
                .singleElement()
                .asString()
                .contains("bus_bridge needs admin_token_file");
        for (String key : List.of("bus-bridge", "bus-cluster")) {
            assertThat(problems(List.of("--" + key + "=10.0.0.1:7000"), Map.of()))
                    .anySatisfy(p -> assertThat(p)
                            .contains("can be reached by others, so bus_tls_cert, bus_tls_key and bus_tls_ca must be"));
        }
        assertThat(problems(List.of("--bus-cluster=127.0.0.1:0"), Map.of()))
                .singleElement()
                .asString()
                .contains("bus_cluster needs a port");
        assertThat(problems(List.of("--bus-cluster=127.0.0.1:7", "--bus-cluster-members=10.0.0.1:7"), Map.of()))
                .singleElement()
                .asString()
                .contains("a port of their own");
        assertThat(problems(List.of("--bus-tls-cert=" + dir.resolve("nowhere")), Map.of()))
                .singleElement()
                .asString()
                .contains("cannot be read");
        assertThat(problems(List.of("--bus-tls-key=" + file("")), Map.of()))
                .singleElement()
                .asString()
                .contains("set together or not at all");
        Loaded good =
                loaded(List.of("--bus-cluster=127.0.0.1:7", "--bus-cluster-members=127.0.0.1:7,10.0.0.1:8"), Map.of());
        assertThat(good.config().bus().members()).hasSize(2);
    }

    @Test
    void an_endpoint_of_traces_is_a_url_without_secrets() {
        for (String bad :
                List.of("ftp://x", "localhost:4318", "http://", "http://u:p@x", "http://x?y=1", "http://x#y")) {
            assertThat(problems(List.of("--otlp-endpoint=" + bad), Map.of()))
                    .singleElement()
                    .asString()
                    .contains("is no endpoint");
        }
        assertThat(loaded(List.of("--otlp-endpoint=http://127.0.0.1:4318"), Map.of())
                        .config()
                        .telemetry()
                        .endpoint())
                .contains(java.net.URI.create("http://127.0.0.1:4318"));
    }

    @Test
    void the_nearest_key_is_found_across_a_swap() {
        assertThat(Nearest.distance("alhpa", "alpha")).isEqualTo(1);
        assertThat(Nearest.key("ttl_sces")).isEqualTo(": did you mean ttl_secs?");
        assertThat(Nearest.key("something_else_entirely")).isEmpty();
    }

    @Test
    void the_reference_page_has_every_key() {
        assertThat(ConfigTable.markdown().lines()).hasSize(2 + ConfigTable.KEYS.size());
        assertThat(ConfigTable.markdown()).contains("| `amnesia` | `--amnesia` `RON_AMNESIA` |");
        int filesOfTlsBesideTheFirst = 2;
        assertThat(ConfigTable.KEYS)
                .as("one for each value that is no group")
                .hasSize(values(NodeConfig.class) + filesOfTlsBesideTheFirst);
    }

    private static int values(Class<?> group) {
        return Arrays.stream(group.getRecordComponents())
                .mapToInt(c -> GROUPS.contains(c.getType()) ? values(c.getType()) : 1)
                .sum();
    }

    @Test
    void what_is_shown_parses_to_the_same() {
        Loaded loaded = loaded(List.of("--allowed-hosts=a,b", "--admin-bind=[::1]:7"), Map.of());
        List<String> args = loaded.settings().entrySet().stream()
                .map(e ->
                        "--" + e.getKey().replace('_', '-') + "=" + e.getValue().value())
                .toList();
        assertThat(loaded(args, Map.of()).config()).isEqualTo(loaded.config());
    }

    private Path file(String text) throws Exception {
        Path file = dir.resolve("svc-dht.toml");
        Files.writeString(file, text);
        return file;
    }

    private static Loaded loaded(List<String> args, Map<String, String> environment) {
        ConfigResult result = ConfigLoader.load(Flags.parse(args), environment, PIPE);
        assertThat(result).isInstanceOf(Loaded.class);
        return (Loaded) result;
    }

    private static List<String> problems(List<String> args, Map<String, String> environment) {
        ConfigResult result = ConfigLoader.load(Flags.parse(args), environment, PIPE);
        assertThat(result).isInstanceOf(Invalid.class);
        return ((Invalid) result).problems().stream().map(Problem::toString).toList();
    }
}
