package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The past looks the same through the door of a running node and from its files. */
final class HistoryIT {
    @Test
    void state_and_diff_agree_byte_for_byte(@TempDir Path directory) throws Exception {
        try (NodeProcess node = NodeProcess.start(directory).awaitReady()) {
            try (Load load = Load.on(node, new Ledger("history"), 11)) {
                Awaitility.await().until(() -> load.acknowledged() >= 400);
            }
            long last = node.json("/journal/state").get("position").asLong();
            for (long at : List.of(1L, last / 3, last / 2, last)) {
                assertThat(cli(directory, "state", "--at", "seq:" + at))
                        .isEqualTo(
                                node.get("/journal/state?limit=1000&at=" + at).body());
            }
            String between = node.get("/journal/diff?limit=10000&from=%d&to=%d".formatted(last / 3, last))
                    .body();
            assertThat(between).contains("\"caused_by\"");
            assertThat(cli(directory, "diff", "--from", "seq:" + last / 3, "--to", "seq:" + last))
                    .isEqualTo(between);
            assertThat(cli(directory, "diff", "--from", "seq:0", "--to", "seq:" + last / 2))
                    .isEqualTo(node.get("/journal/diff?limit=10000&from=0&to=" + last / 2)
                            .body());
        }
    }

    private static String cli(Path directory, String command, String... more) throws Exception {
        List<String> args =
                new java.util.ArrayList<>(List.of("journal", command, "--json", "--data-dir", directory.toString()));
        args.addAll(List.of(more));
        return Program.run(args.toArray(String[]::new)).as(0).out().stripTrailing();
    }
}
