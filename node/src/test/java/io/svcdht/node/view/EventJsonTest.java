package io.svcdht.node.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
    private static final Key KEY = new Key(0, 0, 0, 1);
    private static final String HEX = "0".repeat(63) + "1";
    private static final String GOOD = """
            {"position":7,"at":"2026-01-31T12:00:00.000Z","type":"NodeStopped","version":1,"reason":"asked"}""";

    @ParameterizedTest
    @EnumSource
    void every_type_comes_back_exactly(EventType type) throws Exception {
        for (long seed = 1; seed <= 300; seed++) {
            JournalEntry entry = new RandomEvents(seed).entry(1 + seed * 7, type);
            String line = EventJson.line(entry);
            assertThat(line).as("seed %d", seed).doesNotContain("\n", "\r");
            assertThat(EventJsonReader.parse(line, 1))
                    .as("seed %d: %s", seed, line)
                    .isEqualTo(entry);
        }
    }

    @Test
    void an_announcement_looks_as_documented() {
        ProviderRecord record = new ProviderRecord(
                new ContentId("b3:short", KEY), new NodeId(KEY), "local://tmp", List.of("a", "b"), 2, 1_000);
        assertThat(EventJson.line(new JournalEntry(3, 1_234, 1, new DhtEvent.ProviderAnnounced(record))))
                .isEqualTo("""
                        {"position":3,"at":"1970-01-01T00:00:01.234Z","cause":1,"type":"ProviderAnnounced","version":1,\
                        "cid":"b3:short","key":"b3:%s","publisher":"n3:%s","locator":"local://tmp",\
                        "node":"local://tmp","addrs":["a","b"],"ttl_secs":2,"issued_at":"1970-01-01T00:00:01.000Z"}""".formatted(HEX, HEX));
    }

    @Test
    void no_cause_is_left_out() {
        assertThat(EventJson.line(new JournalEntry(1, 0, 0, new DhtEvent.ClockStepped(-5))))
                .isEqualTo("""
                        {"position":1,"at":"1970-01-01T00:00:00.000Z","type":"ClockStepped","version":1,"delta_ms":-5}""");
    }

    @Test
    void unknown_fields_are_ignored() throws Exception {
        JournalEntry plain = EventJsonReader.parse(GOOD, 1);
        assertThat(EventJsonReader.parse(GOOD.replace("{", "{\"later\":{\"a\":[1,{}]},"), 1))
                .isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"position", "at", "type", "version", "reason"})
    void a_missing_field_is_named_with_its_line(String field) {
        String line = GOOD.replace("\"" + field + "\"", "\"x\"");
        assertThatExceptionOfType(BadLine.class)
                .isThrownBy(() -> EventJsonReader.parse(line, 42))
                .withMessage("line 42: field \"%s\" is missing", field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"NodeStopped\" | \"NodeExploded\" | type \"NodeExploded\" is not known",
                "\"version\":1 | \"version\":4 | event version 4; this build reads 1 to 3",
                "\"version\":1 | \"version\":2 | event version 2, but what it says is version 1",
                "\"position\":7 | \"position\":\"7\" | field \"position\" must be a whole number",
                "\"position\":7 | \"position\":7.5 | field \"position\" must be a whole number",
                "\"position\":7 | \"position\":0 | position 0",
                "\"position\":7 | \"position\":99999999999999999999 | out of range",
                "\"position\":7 | \"position\":7,\"position\":8 | Duplicate",
                "\"asked\" | 5 | field \"reason\" must be a text",
                "2026-01-31T12:00:00.000Z | yesterday | is no instant",
                "\"asked\"} | \"asked\" | is no JSON object",
                "\"asked\"} | \"asked\"}{} | something follows",
            })
    void what_is_wrong_is_said(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertThatExceptionOfType(BadLine.class)
                .isThrownBy(() -> EventJsonReader.parse(GOOD.replace(good, bad), 3))
                .withMessageStartingWith("line 3: ")
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "7", "null", "\u0000", "{\"a\":"})
    void what_is_no_object_is_refused(String line) {
        assertThatExceptionOfType(BadLine.class).isThrownBy(() -> EventJsonReader.parse(line, 1));
    }

    @Test
    void a_record_with_impossible_values_is_refused() {
        JournalEntry entry = new RandomEvents(5).entry(9, EventType.ProviderAnnounced);
        String line = EventJson.line(entry);
        assertThatExceptionOfType(BadLine.class)
                .isThrownBy(() -> EventJsonReader.parse(line.replaceAll("\"ttl_secs\":\\d+", "\"ttl_secs\":0"), 1))
                .withMessageContaining("must be 1…172800");
        assertThatExceptionOfType(BadLine.class)
                .isThrownBy(() -> EventJsonReader.parse(line.replaceAll("\"key\":\"b3:..", "\"key\":\"b3:zz"), 1))
                .withMessageContaining("64 hex digits");
        assertThatExceptionOfType(BadLine.class)
                .isThrownBy(() -> EventJsonReader.parse(line.replaceAll("\"addrs\":\\[", "\"addrs\":[1,"), 1))
                .withMessageMatching("line 1: .*");
    }
}
