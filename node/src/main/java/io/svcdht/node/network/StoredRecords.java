package io.svcdht.node.network;

import io.svcdht.node.Node;
import io.svcdht.node.peering.Records;
import io.svcdht.node.peering.Word;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.StoredRecord;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The node's state as peering sees it. What comes from peers was verified before it got here. */
final class StoredRecords implements Records {
    private final Node node;

    StoredRecords(Node node) {
        this.node = node;
    }

    @Override
    public List<ProviderRecord> of(Key key, long nowNanos) {
        if (node.routing().denied().refuses(key)) {
            return List.of();
        }
        long now = node.nowMillis();
        return node.providers().holdersOf(key).records().stream()
                .filter(r -> r.aliveAt(now))
                .map(StoredRecord::record)
                .toList();
    }

    @Override
    public @Nullable Key walk(@Nullable Key after, int keys, long nowNanos, Consumer<Word> each) {
        long now = node.nowMillis();
        DenyList denied = node.routing().denied();
        List<Holders> page = node.providers().page(after, keys);
        Key last = null;
        for (Holders holders : page) {
            for (StoredRecord r : holders) {
                last = r.record().cid().key();
                if (denied.refuses(last)) {
                    // Nothing of it is handed on; what is held of it runs out.
                    continue;
                }
                if (r.aliveAt(now)) {
                    each.accept(new Word.Announced(r.record()));
                } else if (r.tombstone() && r.record().publisher().equals(node.id())) {
                    each.accept(withdrawn(r));
                }
            }
        }
        return page.size() < keys ? null : last;
    }

    private static Word withdrawn(StoredRecord tombstone) {
        ProviderRecord r = tombstone.record();
        return new Word.Withdrawn(r.cid(), r.locator(), r.issuedAtMillis());
    }

    @Override
    public int size() {
        return node.providers().contentIds();
    }

    @Override
    public boolean stands(Word word, long nowNanos) {
        if (node.routing().denied().refuses(word.key())) {
            return false;
        }
        return switch (word) {
            case Word.Announced(ProviderRecord said) -> {
                StoredRecord r = held(said.cid().key(), said.locator());
                yield r != null && r.aliveAt(node.nowMillis()) && r.record().issuedAtMillis() == said.issuedAtMillis();
            }
            case Word.Withdrawn(var cid, String locator, long issuedAtMillis) -> {
                StoredRecord r = held(cid.key(), locator);
                yield r != null && r.tombstone() && r.record().issuedAtMillis() == issuedAtMillis;
            }
        };
    }

    private @Nullable StoredRecord held(Key key, String locator) {
        return node.providers().record(key, node.id(), locator);
    }

    /** Our own are in the state already. */
    @Override
    public boolean offer(ProviderRecord record, long nowNanos) {
        return record.publisher().equals(node.id());
    }

    @Override
    public boolean valid(ProviderRecord record) {
        return true;
    }

    @Override
    public long millis(long nowNanos) {
        return node.nowMillis();
    }
}
