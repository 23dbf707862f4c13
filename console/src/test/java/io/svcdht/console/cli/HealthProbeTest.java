package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.console.cli.HealthProbe.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HealthProbeTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:5301, 127.0.0.1, 5301",
        "[::]:80, 127.0.0.1, 80",
        "10.1.2.3:99, 10.1.2.3, 99",
        "'', 127.0.0.1, 5301"
    })
    void asks_where_the_node_listens(String bind, String host, int port) {
        assertThat(HealthProbe.target(Map.of("DHT_ADMIN_BIND", bind))).isEqualTo(new Target(host, port));
    }

    private static String asked(String answer) throws Exception {
        try (ServerSocket node = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try (Socket caller = node.accept()) {
                    byte[] request = new byte[8];
                    int n = caller.getInputStream().read(request);
                    caller.getOutputStream()
                            .write(answer.getBytes(StandardCharsets.UTF_8), 0, n < 0 ? 0 : answer.length());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            String said = HealthProbe.ask(new Target("127.0.0.1", node.getLocalPort()));
            answering.join();
            return said;
        }
    }

    @Test
    void a_node_that_replays_is_not_well_yet() throws Exception {
        assertThat(asked("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).isEqualTo("ok");
        assertThat(asked("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nstarting"))
                .isEqualTo("starting");
    }

    @Test
    void another_status_is_told_and_is_no_health() throws Exception {
        assertThat(asked("HTTP/1.1 503 Service Unavailable\r\n\r\nok")).isEqualTo("HTTP/1.1 503 Service Unavailable");
    }

    @Test
    void where_nobody_listens_it_fails() {
        assertThatThrownBy(() -> HealthProbe.ask(new Target("127.0.0.1", 1))).isInstanceOf(IOException.class);
    }
}
