package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.cli.FleetStarter.Doors;
import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who comes into the console of a fleet where tokens are asked for. */
class FleetServerTest {
    @TempDir
    Path temp;

    private Path tokens(String token) throws IOException {
        Path file = temp.resolve("tokens");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, TokenFile.line(Role.VIEWER, token) + "\n");
        return file;
    }

    private static String asked(HostPort at, String request, String... headers) throws IOException {
        String host = "127.0.0.1:" + at.port();
        StringBuilder text = new StringBuilder(request).append(" HTTP/1.1\r\nConnection: close\r\n");
        boolean named = false;
        for (String h : headers) {
            text.append(h).append("\r\n");
            named |= h.startsWith("Host:");
        }
        text.append(named ? "" : "Host: " + host + "\r\n").append("\r\n");
        try (Socket socket = new Socket(at.host(), at.port())) {
            socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int code(HostPort at, String request, String... headers) throws IOException {
        return Integer.parseInt(asked(at, request, headers).substring(9, 12));
    }

    @Test
    void only_who_has_a_token_looks_and_nobody_writes() throws Exception {
        Path file = tokens("first-token-of-some-length");
        Doors doors = new Doors(new HostPort("127.0.0.1", 0), List.of("fleet.example"), Optional.of(file));
        FleetPlace place = new FleetPlace("t", () -> "s", () -> "Kafka does not answer.", false, () -> 1);
        try (FleetStore store = FleetStore.open(temp.resolve("index"));
                FleetServer server = FleetServer.start(store, place, doors)) {
            HostPort at = server.address();
            String first = "Authorization: Bearer first-token-of-some-length";
            assertThat(code(at, "GET /console/")).isEqualTo(401);
            assertThat(code(at, "GET /console/live")).isEqualTo(401);
            assertThat(code(at, "GET /console/lookups?format=json")).isEqualTo(401);
            assertThat(asked(at, "GET /console/", first))
                    .startsWith("HTTP/1.1 200")
                    .contains("Kafka does not answer.");
            assertThat(code(at, "GET /console/", first, "Host: fleet.example:80"))
                    .isEqualTo(200);
            assertThat(code(at, "GET /console/", first, "Host: evil.example")).isEqualTo(421);
            assertThat(code(at, "GET /console/", first, "Origin: http://evil.example"))
                    .isEqualTo(403);
            assertThat(code(at, "POST /console/", first, "Content-Length: 0")).isEqualTo(405);
            assertThat(code(at, "DELETE /console/login", first)).isEqualTo(405);

            tokens("second-token-of-some-length");
            server.reload();
            assertThat(code(at, "GET /console/", first)).isEqualTo(401);
            assertThat(code(at, "GET /console/", "Authorization: Bearer second-token-of-some-length"))
                    .isEqualTo(200);
        }
    }
}
