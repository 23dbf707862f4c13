package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BanRoutesTest {
    @TempDir
    Path temp;

    private static HttpResponse<String> put(ServedNode served, String what) throws Exception {
        return served.send("PUT", "/admin/bans/" + what, null);
    }

    @Test
    void bans_are_set_listed_and_lifted_and_survive_a_restart() throws Exception {
        String peer = new NodeId(new Key(1, 2, 3, 4)).text();
        try (ServedNode served = ServedNode.at(temp)) {
            JsonNode done = ServedNode.json(put(served, peer + "?reason=it+floods"));
            assertThat(done.get("banned").asText()).isEqualTo(peer);
            assertThat(done.get("position").asLong()).isEqualTo(served.position());
            assertThat(put(served, "192.0.2.0%2F24").statusCode()).isEqualTo(200);
            assertThat(put(served, "2001:db8::%2F32").statusCode()).isEqualTo(200);
            assertThat(put(served, "b3:gone").statusCode()).isEqualTo(200);
            assertThat(served.send("DELETE", "/admin/bans/2001:db8::%2F32", null)
                            .statusCode())
                    .isEqualTo(200);
        }
        try (ServedNode served = ServedNode.at(temp)) {
            JsonNode bans = ServedNode.json(served.get("/admin/bans")).get("bans");
            assertThat(bans.findValuesAsText("banned"))
                    .hasSize(3)
                    .contains(peer, "192.0.2.0/24")
                    .anyMatch(b -> b.startsWith("b3:"));
            assertThat(bans.findValuesAsText("reason")).contains("it floods");
            assertThat(served.send("DELETE", "/admin/bans/" + peer, null).statusCode())
                    .isEqualTo(200);
            assertThat(served.send("DELETE", "/admin/bans/" + peer, null).statusCode())
                    .as("once is enough")
                    .isEqualTo(404);
        }
    }

    @Test
    void banned_content_is_neither_announced_nor_found() throws Exception {
        try (ServedNode served = ServedNode.amnesic()) {
            served.provide("{\"cid\":\"b3:gone\"}");
            put(served, "b3:gone");

            HttpResponse<String> found = served.get("/dht/find_providers/b3:gone");
            assertThat(found.statusCode()).isEqualTo(403);
            assertThat(ServedNode.json(found).get("code").asText()).isEqualTo("Forbidden");
            assertThat(served.provide("{\"cid\":\"b3:gone\"}").statusCode()).isEqualTo(403);
            HttpResponse<String> lines = served.send(
                    "POST",
                    "/dht/find_providers",
                    "{\"cid\":\"b3:gone\"}\n{\"cid\":\"b3:other\"}\n",
                    "Content-Type",
                    "application/x-ndjson");
            assertThat(lines.body().lines().toList())
                    .satisfiesExactly(gone -> assertThat(gone).contains("Forbidden"), other -> assertThat(other)
                            .contains("\"providers\":[]"));
            assertThat(served.get("/metrics").body()).contains("rejected_total{reason=\"forbidden\"}");

            served.send("DELETE", "/admin/bans/b3:gone", null);
            assertThat(ServedNode.json(served.get("/dht/find_providers/b3:gone"))
                            .get("providers"))
                    .hasSize(1);
        }
    }

    @Test
    void what_cannot_be_banned_is_told_why() throws Exception {
        try (ServedNode served = ServedNode.amnesic()) {
            for (String what : new String[] {
                "nonsense", "192.0.2.0%2F33", "n3:12", served.node.id().text()
            }) {
                HttpResponse<String> refused = put(served, what);
                assertThat(refused.statusCode()).as(what).isEqualTo(400);
                assertThat(ServedNode.json(refused).get("detail").asText()).isNotEmpty();
            }
            assertThat(put(served, "b3:x?reason=%E2%80%AE").statusCode())
                    .as("a reason that turns text around")
                    .isEqualTo(400);
            assertThat(ServedNode.json(served.get("/admin/bans")).get("bans")).isEmpty();
        }
    }
}
