package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.ServingNode;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BansCommandTest {
    private static final String PEER = "n3:" + "1f".repeat(32);

    private static ServingNode node;
    private static String api = "";

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void start() throws Exception {
        node = ServingNode.start((Loaded) ConfigLoader.load(
                Flags.parse(List.of("--amnesia", "--admin-bind=127.0.0.1:0", "--peer-bind=127.0.0.1:0")), Map.of()));
        api = "--api=http://" + node.addresses().getFirst();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void bans_are_added_listed_and_removed() {
        assertThat(terminal.run("bans", "add", PEER, "--reason", "it floods & lies", api))
                .isZero();
        assertThat(terminal.out()).startsWith(PEER + " is banned (event ");
        assertThat(terminal.run("bans", "add", "2001:db8::/32", api)).isZero();
        assertThat(terminal.run("bans", "add", "b3:gone", api)).isZero();

        assertThat(terminal.run("bans", api)).isZero();
        assertThat(terminal.out().lines()).hasSize(3).contains("2001:db8::/32", PEER + "  it floods & lies");
        assertThat(terminal.run("find", "b3:gone", api)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.err()).contains("Forbidden").contains("banned");

        for (String what : List.of(PEER, "2001:db8::/32", "b3:gone")) {
            assertThat(terminal.run("bans", "remove", what, api)).isZero();
            assertThat(terminal.out()).contains("is no longer banned");
        }
        assertThat(terminal.run("bans", "remove", PEER, api)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.err()).contains("404 NotFound");
        assertThat(terminal.run("bans", "--json", api)).isZero();
        assertThat(terminal.out().strip()).isEqualTo("{\"bans\":[]}");
    }

    @Test
    void mistakes_are_told_without_a_node() {
        for (List<String> wrong : List.of(
                List.of("bans", "add"),
                List.of("bans", "forget", PEER),
                List.of("bans", "add", "nonsense"),
                List.of("bans", "add", "192.0.2.0/33"),
                List.of("bans", "remove", PEER, "--reason", "why"))) {
            assertThat(terminal.run(wrong.toArray(new String[0])))
                    .as("%s", wrong)
                    .isEqualTo(ExitCode.USAGE);
        }
    }
}
