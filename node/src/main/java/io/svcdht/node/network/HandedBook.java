package io.svcdht.node.network;

import io.svcdht.node.Network.Handed;
import io.svcdht.node.peering.Word;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.Key;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of our own words when they were last handed out, as far back as it reaches. Any thread. */
final class HandedBook {
    private static final int WORDS_MAX = 65_536;

    private record About(Key key, String locator) {}

    private final Map<About, Handed> latest = BoundedMap.byAge(WORDS_MAX);

    /** @return what was noted of it before */
    synchronized @Nullable Handed note(Word word, int holders, long nowMillis) {
        About about =
                switch (word) {
                    case Word.Announced(var record) -> new About(record.cid().key(), record.locator());
                    case Word.Withdrawn(var cid, String locator, var _) -> new About(cid.key(), locator);
                };
        Handed before = latest.remove(about);
        long failed = holders == 0 ? nowMillis : before == null ? 0 : before.failedAtMillis();
        latest.put(about, new Handed(holders, nowMillis, failed));
        return before;
    }

    synchronized Optional<Handed> of(Key key, String locator) {
        return Optional.ofNullable(latest.get(new About(key, locator)));
    }
}
