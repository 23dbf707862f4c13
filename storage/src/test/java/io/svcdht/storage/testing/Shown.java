package io.svcdht.storage.testing;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.LiveHolders;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a find shows of one holder, as values that can be compared. */
public record Shown(
        NodeId publisher,
        String locator,
        List<String> addrs,
        int ttlSeconds,
        long issuedAtMillis,
        long endsAtMillis,
        long position) {

    /** What a store's find shows. */
    public static List<Shown> by(ProviderView store, Key key, long nowMillis, int limit, LiveHolders found) {
        store.find(key, nowMillis, limit, found);
        List<Shown> shown = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            List<String> addrs = new ArrayList<>();
            for (int t = found.locator(i) + 1; t < found.addrsEnd(i); t++) {
                addrs.add(text(found, t));
            }
            shown.add(new Shown(
                    found.publisher(i),
                    text(found, found.locator(i)),
                    addrs,
                    found.ttlSeconds(i),
                    found.issuedAtMillis(i),
                    found.endsAtMillis(i),
                    found.position(i)));
        }
        return shown;
    }

    private static String text(LiveHolders found, int text) {
        return new String(found.bytes(), found.from(text), found.length(text), StandardCharsets.UTF_8);
    }

    /** What a find must show of what a store holds, worked out from objects. */
    public static List<Shown> of(Holders holders, long nowMillis, int limit) {
        Map<String, Shown> byNode = new LinkedHashMap<>();
        for (StoredRecord r : holders) {
            ProviderRecord p = r.record();
            if (r.aliveAt(nowMillis)) {
                byNode.putIfAbsent(
                        p.node(),
                        new Shown(
                                p.publisher(),
                                p.locator(),
                                p.addrs(),
                                p.ttlSeconds(),
                                p.issuedAtMillis(),
                                r.endsAtMillis(),
                                r.position()));
            }
        }
        return byNode.values().stream().limit(limit).toList();
    }
}
