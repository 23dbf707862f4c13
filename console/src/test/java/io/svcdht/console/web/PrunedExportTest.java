package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.ServingNode;
import io.svcdht.console.cli.SampleJournal;
import io.svcdht.console.cli.Terminal;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.trust.NodeIdentity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal page offers to keep is a journal again, also where the beginning was given up. */
class PrunedExportTest {
    private static final long STEP_MILLIS = 864_000;

    @TempDir
    Path dir;

    private final Terminal terminal = new Terminal();

    @Test
    void an_export_of_a_pruned_journal_begins_with_the_state_before_it() throws Exception {
        Path data = dir.resolve("data");
        Path keys = Files.createDirectory(dir.resolve("keys"));
        SampleJournal.write(data, NodeIdentity.loadOrCreate(keys).id(), 400, 3, STEP_MILLIS);
        Files.copy(keys.resolve(NodeIdentity.FILE), data.resolve(NodeIdentity.FILE));
        String then = state(data, 230);
        run("journal", "prune", "--before=seq:250", "--data-dir=" + data);

        Path file = dir.resolve("journal.ndjson");
        Loaded settings = (Loaded) ConfigLoader.load(
                Flags.parse(List.of(
                        "--data-dir=" + data, "--admin-bind=127.0.0.1:0", "--peer-bind=none", "--retention-days=3650")),
                Map.of());
        try (ServingNode node = ServingNode.start(settings);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest all = HttpRequest.newBuilder(
                            URI.create("http://" + node.addresses().getFirst() + "/console/journal.ndjson?at=seq:400"))
                    .build();
            assertThat(client.send(all, HttpResponse.BodyHandlers.ofFile(file)).statusCode())
                    .isEqualTo(200);
        }

        Path other = dir.resolve("other");
        run("journal", "import", "--data-dir=" + other, file.toString());
        assertThat(state(other, 230)).isEqualTo(then);
    }

    private String state(Path data, int position) {
        run("journal", "state", "--json", "--at=seq:" + position, "--data-dir=" + data);
        return terminal.out();
    }

    private void run(String... command) {
        assertThat(terminal.run(command)).as(terminal.err()).isZero();
    }
}
