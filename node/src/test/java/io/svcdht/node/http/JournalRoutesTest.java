package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.node.view.EventJson;
import io.svcdht.storage.journal.JournalReader;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal as HTTP shows it. */
final class JournalRoutesTest {
    @TempDir
    static Path dir;

    private static ServedNode served;

    @BeforeAll
    static void start() throws Exception {
        served = ServedNode.at(dir);
        for (int i = 0; i < 30; i++) {
            served.provide("{\"cid\":\"b3:journal-" + i + "\",\"node\":\"local://a\"}");
        }
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void events_come_as_the_command_line_would_print_them() throws Exception {
        List<String> expected = new ArrayList<>();
        try (JournalReader reader = served.node.journal().readAll()) {
            for (var e = reader.next(); e != null; e = reader.next()) {
                expected.add(EventJson.line(e));
            }
        }
        assertThat(served.get("/journal/events").body().lines()).containsExactlyElementsOf(expected);
        assertThat(served.get("/journal/events?from=5&to=seq:7").body().lines())
                .containsExactlyElementsOf(expected.subList(4, 7));
        assertThat(served.get("/journal/events?cid=b3:journal-3").body().lines())
                .hasSize(1);
        assertThat(served.get("/journal/events?type=ProviderAnnounced&limit=4")
                        .body()
                        .lines())
                .hasSize(4);
        assertThat(served.get("/journal/events?from=" + Instant.now().plusSeconds(60))
                        .body())
                .isEmpty();
        assertThat(served.get("/journal/events?to=2020-01-01T00:00:00Z").body()).isEmpty();
    }

    @Test
    void a_state_comes_in_pages_of_one_moment() throws Exception {
        long at = served.position();
        JsonNode whole = ServedNode.json(served.get("/journal/state?at=" + at));
        List<String> cids = whole.get("records").findValuesAsText("cid");
        assertThat(cids).hasSizeGreaterThanOrEqualTo(30);
        List<String> paged = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode page = ServedNode.json(served.get("/journal/state?limit=7&at=" + at + after));
            assertThat(page.get("digest")).isEqualTo(whole.get("digest"));
            paged.addAll(page.get("records").findValuesAsText("cid"));
            if (!page.has("next")) {
                break;
            }
            after = "&after=" + page.get("next").asText();
        }
        assertThat(paged).isEqualTo(cids);
    }

    @Test
    void the_future_and_a_wrong_order_are_told_apart() throws Exception {
        BadInputTest.assertProblem(served.get("/journal/state?at=999999"), 400, "FuturePosition", "the last is");
        BadInputTest.assertProblem(served.get("/journal/diff?from=9&to=3"), 400, "BadRequest", "exchange");
        BadInputTest.assertProblem(served.get("/journal/diff"), 400, "BadRequest", "from is missing");
        assertThat(ServedNode.json(served.get("/journal/state?at=0")).get("records"))
                .isEmpty();
    }

    @Test
    void a_follower_sees_what_happens_and_takes_up_where_it_left() throws Exception {
        long before = served.position();
        try (RawHttp raw = served.raw()) {
            raw.send("GET /journal/events?follow=true&type=ProviderAnnounced HTTP/1.1\r\nHost: localhost\r\n\r\n");
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(raw.socket.getInputStream(), StandardCharsets.UTF_8));
            until(in, ": follows from position");
            served.provide("{\"cid\":\"b3:followed\"}");
            assertThat(until(in, "id: ")).isEqualTo("id: " + (before + 1));
            assertThat(until(in, "event: ")).isEqualTo("event: ProviderAnnounced");
            assertThat(until(in, "data: ")).contains("\"cid\":\"b3:followed\"");
        }
        try (RawHttp raw = served.raw()) {
            raw.send("GET /journal/events?follow=true HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + before
                    + "\r\n\r\n");
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(raw.socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(until(in, "id: ")).isEqualTo("id: " + (before + 1));
        }
    }

    @Test
    void stopping_ends_followers_and_finishes_requests() throws Exception {
        int patienceMillis = 300_000;
        ServedNode other = ServedNode.amnesic(o -> new ApiServer.Options(
                o.bind(), o.access(), HttpLimits.STANDARD.withDrainMillis(patienceMillis), o.eventLoops(), o.mounts()));
        RawHttp follower = other.raw();
        follower.send("GET /journal/events?follow=true HTTP/1.1\r\nHost: localhost\r\n\r\n");
        RawHttp idle = other.raw();
        idle.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        idle.answer();
        long began = System.nanoTime();
        other.close();
        assertThat((System.nanoTime() - began) / 1_000_000)
                .as("nobody waits for the time that requests have")
                .isLessThan(patienceMillis / 2);
        assertThat(follower.toEnd()).contains("follows from position").endsWith("0\r\n\r\n");
        assertThat(idle.toEnd()).isEmpty();
        follower.close();
        idle.close();
    }

    private static String until(BufferedReader in, String prefix) throws Exception {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith(prefix)) {
                return line;
            }
        }
        throw new AssertionError("the stream ended before " + prefix);
    }
}
