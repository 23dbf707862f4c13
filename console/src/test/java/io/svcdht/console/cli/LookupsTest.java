package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNode;
import io.svcdht.console.view.RealLookups;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.http.ApiServer;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.storage.trace.LookupRecord;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LookupsTest {
    private static final FakeNode NODE = new FakeNode();
    private static final List<LookupRecord> KEPT = new ArrayList<>();
    private static Vertx vertx;
    private static String api = "";

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void start() throws Exception {
        RealLookups network = new RealLookups(3);
        for (int i = 0; i < 30; i++) {
            KEPT.add(network.find("b3:thing-" + i, FakeNode.NOW + i, i % 3 == 0 ? 0 : 3, 15));
        }
        KEPT.forEach(NODE.traces()::keep);
        vertx = Vertx.vertx();
        ApiServer server = ApiServer.start(
                        vertx, NODE, new Metrics(), ApiServer.Options.open(new HostPort("127.0.0.1", 0)))
                .await();
        api = "--api=http://" + server.bound().getFirst();
    }

    @AfterAll
    static void stop() {
        vertx.close().await();
    }

    @Test
    void the_latest_come_a_line_each() {
        assertThat(terminal.run("lookups", "--limit", "30", api)).isZero();
        assertThat(terminal.out().lines()).hasSize(30);
        assertThat(terminal.out().lines().findFirst().orElseThrow())
                .startsWith("2025-11-24T16:00:00.029Z  " + KEPT.getLast().id())
                .endsWith("b3:thing-29");
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void a_page_says_how_to_go_on() {
        assertThat(terminal.run("lookups", "--limit=20", api)).isZero();
        assertThat(terminal.out().lines()).hasSize(20);
        assertThat(terminal.err()).contains("--before " + KEPT.get(10).id());
        assertThat(terminal.run("lookups", "--before=" + KEPT.get(10).id(), api))
                .isZero();
        assertThat(terminal.out().lines()).hasSize(10);
    }

    @Test
    void a_filter_that_leaves_nothing_says_what_it_went_through() {
        assertThat(terminal.run("lookups", "--outcome=converged", api)).isZero();
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err()).contains("none of the 30 lookups");
        assertThat(terminal.run("lookups", "--outcome=lost", api)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.err()).contains("outcome must be one of found");
    }

    @Test
    void one_is_told_leg_by_leg() {
        LookupRecord found = KEPT.get(1);
        assertThat(terminal.run("lookups", found.id().toString(), api)).isZero();
        List<String> lines = terminal.out().lines().toList();
        assertThat(lines.getFirst()).startsWith("find b3:thing-1: found after ");
        assertThat(lines).hasSize(4 + found.legs().size());
        assertThat(lines.get(4)).startsWith("1.1   table ").contains(" start ");
        assertThat(lines.stream().filter(l -> l.contains(" found  ")))
                .singleElement()
                .asString()
                .endsWith("*");
        assertThat(lines.stream().filter(l -> l.contains(" timed_out  "))).allMatch(l -> l.endsWith("x"));
        assertThat(terminal.run("lookups", found.id().toString(), "--json", api))
                .isZero();
        assertThat(terminal.out()).startsWith("{\"lookup_id\":\"" + found.id()).endsWith("}\n");
    }

    @Test
    void one_that_is_not_kept_is_said() {
        assertThat(terminal.run("lookups", "019ab697-e800-7abc-8000-000000000999", api))
                .isEqualTo(ExitCode.FAILED);
        assertThat(terminal.err()).contains("no trace of lookup");
    }
}
