package io.svcdht.console.web;

import static io.svcdht.console.view.FakeNode.cid;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LiveFeedTest {
    @Test
    void open_page_is_told_how_the_figures_stand_and_of_what_comes() throws Exception {
        FakeNode node = new FakeNode();
        node.announced(cid(1), "a", 600);
        try (Served console = new Served(node);
                Socket socket = connected(console.base())) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(data(in))
                    .contains("\"position\":\"1\"")
                    .contains("\"records\":\"1\"")
                    .contains("\"missed\":0");
            node.announced(cid(2), "b", 600);
            node.announced(cid(3), "c", 600);
            // Both came between two looks, or one each: what counts is that the last is told.
            String last = data(in);
            while (!last.contains("\"position\":\"3\"")) {
                last = data(in);
            }
            assertThat(last).contains("\"records\":\"3\"");
        }
    }

    private static Socket connected(String base) throws Exception {
        URI uri = URI.create(base);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write("GET /console/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String data(BufferedReader in) throws Exception {
        String line = in.readLine();
        while (!line.startsWith("data: ")) {
            line = in.readLine();
        }
        return line;
    }
}
