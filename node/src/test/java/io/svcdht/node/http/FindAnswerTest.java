package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.storage.chronicle.ChronicleMapStore;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.state.heap.HeapStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers written from bytes are those that objects and a JSON library would make, byte for byte. */
class FindAnswerTest {
    private static final long T0 = 1_800_000_000_000L;
    private static final NodeId SELF = new NodeId(new Key(9, 8, 7, 6));
    private static final String LOOKUP = "0199c2f0-0000-7000-8000-000000000000";
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path directory;

    private final FindAnswer answer = new FindAnswer(SELF);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void an_answer_from_the_heap_is_that_of_objects(long seed) throws Exception {
        compare(new HeapStore(seed), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void an_answer_from_a_map_off_the_heap_is_that_of_objects(long seed) throws Exception {
        compare(ChronicleMapStore.open(directory.resolve("state"), 10_000, seed), seed);
    }

    private void compare(RecordStore store, long seed) throws Exception {
        Random random = new Random(seed);
        try (store) {
            List<ContentId> cids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Key key = new Key(random.nextLong(), 0, 0, i);
                cids.add(i % 3 == 0 ? new ContentId("b3:\"short\" ü" + i, key) : ContentId.of(key));
            }
            fill(store, cids, random);
            for (int i = 0; i < 400; i++) {
                ContentId cid = cids.get(random.nextInt(cids.size()));
                long now = T0 + random.nextInt(200_000);
                int limit = random.nextBoolean() ? 1 + random.nextInt(4) : FindRoutes.PROVIDERS_MAX;
                String what = "seed %d, %s at %d, limit %d".formatted(seed, cid, now, limit);
                List<StoredRecord> shown = shown(store, cid.key(), now, limit);

                answer.look(store, cid.key(), now, limit);
                assertThat(answer.whole("as \"asked\"", LOOKUP, 17, false, null).toString())
                        .as(what)
                        .isEqualTo(MAPPER.writeValueAsString(whole(shown, now)));
                for (boolean withRecords : new boolean[] {true, false}) {
                    JsonBytes line = new JsonBytes(1);
                    answer.line(line, cid, withRecords);
                    assertThat(line.toBuffer().toString())
                            .as(what)
                            .isEqualTo(MAPPER.writeValueAsString(line(cid, shown, now, withRecords)));
                }
            }
        }
    }

    /** Many holders and few, some withdrawn, some that ran out, some that show the same node. */
    private static void fill(RecordStore store, List<ContentId> cids, Random random) {
        List<NodeId> nodes = new ArrayList<>(List.of(SELF));
        for (int i = 0; i < 4; i++) {
            nodes.add(new NodeId(new Key(random.nextLong(), random.nextLong(), -1, i)));
        }
        for (int position = 1; position <= 3_000; position++) {
            ContentId cid = cids.get(random.nextInt(1 + random.nextInt(cids.size())));
            String locator =
                    switch (random.nextInt(6)) {
                        case 0, 1 -> "";
                        case 2 -> nodes.get(random.nextInt(nodes.size())).text();
                        case 3 -> "\"quoted\\" + random.nextInt(9);
                        case 4 -> "/ip4/192.0.2.1/t/" + random.nextInt(500);
                        default -> "日本 ü 😀 " + random.nextInt(90);
                    };
            List<String> addrs =
                    switch (random.nextInt(4)) {
                        case 0 -> List.of("/dns/a.example/t/1", "", "\\");
                        case 1 -> List.of("x".repeat(random.nextInt(900)));
                        default -> List.of();
                    };
            NodeId publisher = nodes.get(random.nextInt(nodes.size()));
            int ttl = random.nextInt(9) == 0 ? ProviderRecord.TTL_SECONDS_MAX : 1 + random.nextInt(150);
            long issuedAt = T0 - random.nextInt(60_000);
            store.announce(position, new ProviderRecord(cid, publisher, locator, addrs, ttl, issuedAt));
            if (random.nextInt(5) == 0) {
                store.withdraw(cid.key(), position, ++position, issuedAt + 1, T0 + 900_000);
            }
        }
    }

    private static List<StoredRecord> shown(RecordStore store, Key key, long now, int limit) {
        Map<String, StoredRecord> byNode = new LinkedHashMap<>();
        for (StoredRecord r : store.holdersOf(key)) {
            if (r.aliveAt(now)) {
                byNode.putIfAbsent(r.record().node(), r);
            }
        }
        return byNode.values().stream().limit(limit).toList();
    }

    private static ObjectNode whole(List<StoredRecord> shown, long now) {
        ObjectNode json = MAPPER.createObjectNode().put("cid", "as \"asked\"");
        providers(json, shown);
        json.put("hops", 1).put("elapsed_ms", 17).put("lookup_id", LOOKUP);
        outcome(json, shown);
        json.put("traced", false);
        return records(json, shown, now);
    }

    private static ObjectNode line(ContentId cid, List<StoredRecord> shown, long now, boolean withRecords) {
        ObjectNode json = MAPPER.createObjectNode().put("cid", cid.text());
        providers(json, shown);
        json.put("hops", 1);
        outcome(json, shown);
        return withRecords ? records(json, shown, now) : json;
    }

    private static void providers(ObjectNode json, List<StoredRecord> shown) {
        ArrayNode providers = json.putArray("providers");
        shown.forEach(r -> providers.add(r.record().node()));
    }

    private static void outcome(ObjectNode json, List<StoredRecord> shown) {
        json.put("source", "local").put("outcome", shown.isEmpty() ? "not_found" : "found");
    }

    private static ObjectNode records(ObjectNode json, List<StoredRecord> shown, long now) {
        ArrayNode records = json.putArray("records");
        for (StoredRecord r : shown) {
            ProviderRecord p = r.record();
            ObjectNode one = records.addObject()
                    .put("node", p.node())
                    .put("publisher", p.publisher().text())
                    .put("locator", p.locator());
            ArrayNode addrs = one.putArray("addrs");
            p.addrs().forEach(addrs::add);
            one.put("ttl_secs", p.ttlSeconds())
                    .put("issued_at", MILLIS.format(Instant.ofEpochMilli(p.issuedAtMillis())))
                    .put("expires_at", MILLIS.format(Instant.ofEpochMilli(r.endsAtMillis())))
                    .put("secs_left", (r.endsAtMillis() - now + 999) / 1000)
                    .put("position", r.position());
        }
        return json;
    }

    @Test
    void control_characters_of_a_stranger_are_escaped() throws Exception {
        try (RecordStore store = new HeapStore()) {
            ContentId cid = ContentId.of(new Key(1, 2, 3, 4));
            String locator = "a\nb\u0000\u001f\u007f\"";
            store.announce(1, new ProviderRecord(cid, SELF, locator, List.of("\t"), 60, T0));
            answer.look(store, cid.key(), T0, 1);
            String json = answer.whole("x", LOOKUP, 0, false, null).toString();

            assertThat(json).doesNotContain("\n", "\t", "\u0000");
            assertThat(MAPPER.readTree(json).at("/records/0/locator").textValue())
                    .isEqualTo(locator);
            assertThat(MAPPER.readTree(json).at("/records/0/addrs/0").textValue())
                    .isEqualTo("\t");
        }
    }
}
