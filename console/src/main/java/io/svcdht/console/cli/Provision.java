package io.svcdht.console.cli;

import io.svcdht.node.view.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to announce besides the content id; null and empty leave it to the node. */
record Provision(@Nullable String node, @Nullable Integer ttlSeconds, List<String> addrs) {
    Provision {
        addrs = List.copyOf(addrs);
    }

    Json.Body body(String cid) {
        return g -> {
            g.writeStartObject();
            g.writeStringField("cid", cid);
            if (node != null) {
                g.writeStringField("node", node);
            }
            if (ttlSeconds != null) {
                g.writeNumberField("ttl_secs", ttlSeconds);
            }
            if (!addrs.isEmpty()) {
                g.writeArrayFieldStart("addrs");
                for (String addr : addrs) {
                    g.writeString(addr);
                }
                g.writeEndArray();
            }
            g.writeEndObject();
        };
    }
}
