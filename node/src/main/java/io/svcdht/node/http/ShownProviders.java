package io.svcdht.node.http;

import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Each place once, as the filter leaves it, made as it is asked for: the first can be on its way before the last is made. */
final class ShownProviders implements Iterator<RoutingRecord> {
    private final RoutingRecords words;
    private final PeerFilter filter;
    private final Iterator<ProviderRecord> records;
    private final Set<String> places = new HashSet<>();
    private int left;
    private @Nullable RoutingRecord next;

    /** @param max places at most */
    ShownProviders(RoutingRecords words, List<ProviderRecord> records, PeerFilter filter, int max) {
        this.words = words;
        this.filter = filter;
        this.records = records.iterator();
        this.left = max;
    }

    @Override
    public boolean hasNext() {
        while (next == null && left > 0 && records.hasNext()) {
            ProviderRecord r = records.next();
            if (places.add(r.node())) {
                next = filter.apply(words.of(r)).orElse(null);
            }
        }
        return next != null;
    }

    @Override
    public RoutingRecord next() {
        RoutingRecord shown = hasNext() ? next : null;
        if (shown == null) {
            throw new NoSuchElementException("no provider is left");
        }
        next = null;
        left--;
        return shown;
    }

    /** All that are left. */
    List<RoutingRecord> toList() {
        List<RoutingRecord> all = new ArrayList<>();
        forEachRemaining(all::add);
        return all;
    }
}
