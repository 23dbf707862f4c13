package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.svcdht.console.cli.Cli;
import io.svcdht.console.cli.Io;
import io.svcdht.console.cli.Terminal;
import io.svcdht.console.view.FakeNode;
import io.svcdht.node.config.ConfigTable;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.http.ApiServer;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.trace.TraceType;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference pages say what the code says. {@code scripts/docs} writes them anew. */
class ReferencePagesTest {
    private static final List<String> COMMANDS = List.of(
            "",
            "run",
            "provide",
            "find",
            "lookups",
            "journal tail",
            "journal cat",
            "journal state",
            "journal diff",
            "journal verify",
            "journal repair",
            "journal export",
            "journal import",
            "journal prune",
            "backup",
            "restore",
            "keygen",
            "token",
            "keys show",
            "keys seal",
            "keys open",
            "keys retire",
            "keys announce",
            "simulate",
            "peers",
            "buckets",
            "bans",
            "refusals",
            "testnet",
            "incident export",
            "incident open",
            "fleet",
            "fleet cat",
            "config");

    @Test
    void configuration_page_has_every_key() throws IOException {
        ReferencePage.holds("configuration", "configuration", ConfigTable.markdown());
    }

    @Test
    void error_page_has_every_code() throws IOException {
        StringBuilder table = new StringBuilder("| code | HTTP | reason | what to do |\n|---|---|---|---|\n");
        for (ErrorCode c : ErrorCode.values()) {
            table.append("| `%s` | %d | `%s` | %s |\n".formatted(c, c.httpStatus(), c.reason(), c.advice()));
        }
        ReferencePage.holds("errors", "errors", table.toString());
    }

    @Test
    void event_page_has_every_type() throws IOException {
        StringBuilder table = new StringBuilder("| event | code | meaning | cause |\n|---|---|---|---|\n");
        for (EventType t : EventType.values()) {
            table.append("| `%s` | %d | %s |\n".formatted(t, t.code(), meaning(t)));
        }
        ReferencePage.holds("events", "events", table.toString());
    }

    @Test
    void event_page_has_every_type_of_the_trace_journal() throws IOException {
        StringBuilder table = new StringBuilder("| event | code | meaning | cause |\n|---|---|---|---|\n");
        for (TraceType t : TraceType.values()) {
            table.append("| `%s` | %d | %s |\n".formatted(t, t.code(), meaning(t)));
        }
        ReferencePage.holds("events", "trace events", table.toString());
    }

    private static String meaning(TraceType type) {
        return switch (type) {
            case LookupFinished -> "A lookup over the network ended; its legs follow | none";
            case LegFinished ->
                "A request of the lookup was answered, failed or was cancelled | the leg whose answer named its peer,"
                        + " if it was not in the own table";
            case PingFailed -> "A contact did not answer when it was asked whether it is still there | none";
        };
    }

    /** Meaning and cause; a new type must be told here. */
    private static String meaning(EventType type) {
        return switch (type) {
            case NodeStarted -> "A process took the journal; `epoch` counts them | none";
            case NodeStopped -> "It let go of the journal in good order; missing after a kill | none";
            case ConfigChanged -> "A setting took a new value while running | none";
            case ReadinessChanged -> "The node began or ceased to take writes | none";
            case ClockStepped ->
                "The wall clock moved by more than 5 s against the monotonic one; expires nothing by itself | none";
            case ProviderAnnounced ->
                "A content id can be had at a locator for `ttl` seconds; replaces what the same publisher said of the"
                        + " same content id and locator | the record it replaces, if any";
            case ProviderRefreshed -> "The record lives on; text and addresses stay | the record's last word";
            case ProviderWithdrawn ->
                "The record was taken back; a tombstone stays until its old end and 5 minutes | the record's last word";
            case ProviderExpired -> "A record or a tombstone ran out | its last word";
            case ProviderReplicated ->
                "Our record reached `holders` nodes that keep it; told anew when their number changes | its last word";
            case DigestMarked ->
                "The digest of the state after the event `up-to`; every replay can check itself | the event it marks";
            case RootAccepted ->
                "The signatures over the root of a batch were checked; records that follow refer to it | none";
            case KeyLearned ->
                "A node's ML-DSA-87 key was checked against its id; it is kept as long as a root of that node | none";
            case RootDropped -> "The last record that ever referred to the root has run out | none";
            case ContactAdded ->
                "A contact took the last place of its bucket, or came back there with new addresses | none";
            case ContactRefreshed ->
                "Contacts of one bucket answered and moved to its end; at most one in 5 min | none";
            case ContactEvicted -> "A contact left the table, for the reason it gives | what showed it, if journaled";
            case ContactReplaced ->
                "A contact left, and one that waited for a place took it | what showed it, if journaled";
            case BucketRefreshed -> "A lookup in the range of a bucket ended; `heard` contacts answered | none";
            case PeerBanned -> "A peer, a content id or a block of addresses is banned | none";
            case PeerUnbanned -> "A ban was lifted | the ban";
            case DiscoveryRecordPublished ->
                "This node is found by this record from now on | the protocol, its record as text";
            case PeerDiscovered ->
                "Another protocol led to a node of this network, which has proved its keys | the protocol, the contact";
            case CheckpointTaken ->
                "The state after the event `up-to` is on disk, so that a start need not read before it | –";
            case JournalPruned -> "Events before the first retained were given up, by retention or `journal prune` | –";
            case AuditRecorded -> "Somebody changed something by hand, in the console | –";
        };
    }

    @Test
    void command_page_has_the_help_of_every_command() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String command : COMMANDS) {
            String name = "svc-dht" + (command.isEmpty() ? "" : " " + command);
            all.append("## %s\n\n```text\n%s\n```\n\n".formatted(name, help(command)));
        }
        ReferencePage.holds("cli", "commands", all.toString().strip() + "\n");
    }

    private static String help(String command) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Io io = new Io(out, out, new ByteArrayInputStream(new byte[0]), Map.of(), false, what -> null);
        List<String> args = List.of((command + " --help").strip().split(" ", -1));
        assertThat(Cli.run(args, io, Terminal.STARTS_NOTHING)).isZero();
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .strip();
    }

    @Test
    void http_page_has_every_route() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (HttpClient client = HttpClient.newHttpClient()) {
            ApiServer server = ApiServer.start(
                            vertx, new FakeNode(), new Metrics(), ApiServer.Options.open(new HostPort("127.0.0.1", 0)))
                    .await();
            String json = client.send(
                            HttpRequest.newBuilder(URI.create(
                                            "http://" + server.bound().getFirst() + "/openapi.json"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            JsonNode api = new ObjectMapper().readTree(json);
            ReferencePage.holds("http", "routes", routes(api));
            ReferencePage.holds("http", "requests", RequestTables.of(api));
        } finally {
            vertx.close().await();
        }
    }

    private static String routes(JsonNode api) {
        StringBuilder table = new StringBuilder("| method | path | role | answer |\n|---|---|---|---|\n");
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    JsonNode role = method.getValue()
                            .path("security")
                            .path(0)
                            .path("token")
                            .path(0);
                    table.append("| %s | `%s` | %s | %s |\n"
                            .formatted(
                                    method.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    role.asText("none"),
                                    method.getValue().path("summary").asText()));
                }));
        return table.toString();
    }
}
