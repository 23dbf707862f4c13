package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.node.runtime.Backup;
import io.svcdht.node.runtime.JournalFiles;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.View;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupRouteTest {
    @TempDir
    Path temp;

    private static String body(Path dir) {
        return "{\"dir\":\"%s\"}".formatted(dir);
    }

    @Test
    void a_running_node_is_copied_and_the_copy_restored() throws Exception {
        Path backup = temp.resolve("backup");
        JsonNode told;
        JsonNode state;
        try (ServedNode served = ServedNode.at(temp.resolve("data"))) {
            for (int i = 0; i < 20; i++) {
                served.provide("{\"cid\":\"b3:backup-%d\"}".formatted(i));
            }
            told = ServedNode.json(served.send("POST", "/admin/backup", body(backup)));
            state = ServedNode.json(served.get(
                    "/journal/state?digest=true&at=" + told.get("position").asLong()));
            assertThat(served.send("POST", "/admin/backup", body(backup)).statusCode())
                    .isEqualTo(400);
            assertThat(served.send("POST", "/admin/backup", "{\"dir\":\"relative\"}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(served.send("POST", "/admin/backup", "{}").statusCode()).isEqualTo(400);
        }
        assertThat(told.get("digest")).isEqualTo(state.get("digest"));
        assertThat(told.get("position").asLong()).isGreaterThanOrEqualTo(20);
        assertThat(Files.exists(backup.resolve("node.key"))).isTrue();
        Backup.restore(backup, temp.resolve("restored"), p -> {});
        try (JournalFiles.Opened journal = JournalFiles.read(temp.resolve("restored"));
                View view = journal.past().at(journal.lastPosition(), Budget.UNLIMITED)) {
            assertThat("b3:" + view.digest(Budget.UNLIMITED))
                    .isEqualTo(told.get("digest").asText());
            assertThat(view.state().providers().records()).isEqualTo(20);
        }
    }
}
