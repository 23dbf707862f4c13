package io.svcdht.console.web;

import static io.svcdht.console.view.FakeNode.cid;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNode;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LiveFeedTest {
    private static final int ROUNDS = 4;

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

    @Test
    void a_hundred_pages_watch_and_are_told_how_it_stands_not_each_step() throws Exception {
        FakeNode node = new FakeNode(1 << 16);
        List<Socket> sockets = new ArrayList<>();
        try (Served console = new Served(node)) {
            List<BufferedReader> readers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sockets.add(connected(console.base()));
                readers.add(new BufferedReader(
                        new InputStreamReader(sockets.getLast().getInputStream(), StandardCharsets.UTF_8)));
            }
            int changes = 0;
            int told = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < 100; i++) {
                    node.announced(cid(++changes), "a", 600);
                }
                for (BufferedReader reader : readers) {
                    do {
                        told++;
                    } while (position(data(reader)) < changes);
                }
            }
            // What is told is how it stands, not each step.
            assertThat(told / readers.size()).isLessThan(changes / 4);
        } finally {
            for (Socket s : sockets) {
                s.close();
            }
        }
    }

    @Test
    void who_does_not_read_gets_no_queue_and_is_told_how_much_is_left_out() throws Exception {
        AtomicLong asked = new AtomicLong();
        AtomicLong written = new AtomicLong();
        Vertx vertx = Vertx.vertx();
        try {
            LiveFeed feed = new LiveFeed(vertx, () -> new Large(asked.incrementAndGet(), written));
            Router router = Router.router(vertx);
            router.get("/console/live").handler(feed::watch);
            int port = vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .actualPort();
            try (Socket socket = connected("http://127.0.0.1:" + port + "/")) {
                long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
                while (asked.get() < 8 && System.nanoTime() < until) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
                assertThat(asked.get()).as("moments it was looked at").isGreaterThanOrEqualTo(8);
                assertThat(written.get())
                        .as("of them, what waits for the reader")
                        .isLessThan(5);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                long before = Large.position(data(in));
                long missed = 0;
                while (missed == 0) {
                    String next = data(in);
                    missed = Large.missed(next);
                    assertThat(Large.position(next) - before - 1)
                            .as("left out, and said so")
                            .isEqualTo(missed);
                    before = Large.position(next);
                }
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    /** Larger than what lies between a server and its reader can hold. */
    private record Large(long position, AtomicLong written) implements LiveFeed.Figures {
        private static final String MUCH = "x".repeat(8 << 20);

        @Override
        public long sampledMillis() {
            return 0;
        }

        @Override
        public String json(long missed) {
            written.incrementAndGet();
            return position + " " + missed + " " + MUCH;
        }

        static long position(String data) {
            return Long.parseLong(data.split(" ", 4)[1]);
        }

        static long missed(String data) {
            return Long.parseLong(data.split(" ", 4)[2]);
        }
    }

    private static long position(String data) {
        return Long.parseLong(
                data.replaceFirst(".*\"position\":\"([0-9,]+)\".*", "$1").replace(",", ""));
    }

    private static Socket connected(String base) throws Exception {
        URI uri = URI.create(base);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(120_000);
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
