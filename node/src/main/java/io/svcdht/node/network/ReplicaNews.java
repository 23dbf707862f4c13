package io.svcdht.node.network;

import io.svcdht.node.Network.Handed;
import io.svcdht.node.engine.Input.Replicated;
import io.svcdht.node.engine.Input.Replicated.Reached;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Word;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which of our own records reached their holders, for the journal: each that was said anew, and of those that are only
 * renewed the ones whose number of holders changed. What the budget of peers has no room for is not told. Only for the
 * network's event loop.
 */
final class ReplicaNews {
    /** What an event takes in the journal. */
    static final int EVENT_BYTES = 64;

    private final JournalBudget budget;
    private List<Reached> news = new ArrayList<>();

    ReplicaNews(JournalBudget budget) {
        this.budget = budget;
    }

    /** @param before how it went the time before, null = nobody remembers */
    void published(long ticket, Word word, int holders, @Nullable Handed before, long nowNanos) {
        boolean isNews = ticket != PeeringInput.NOBODY_WAITS || before == null || before.holders() != holders;
        if (holders > 0
                && isNews
                && word instanceof Word.Announced(ProviderRecord r)
                && budget.take(EVENT_BYTES, nowNanos)) {
            news.add(new Reached(r.cid().key(), r.locator(), r.issuedAtMillis(), holders));
        }
    }

    /** Hands over what there is, so that a batch of ten thousand is not ten thousand inputs. */
    void tell(Consumer<Replicated> engine) {
        if (!news.isEmpty()) {
            List<Reached> told = news;
            news = new ArrayList<>();
            engine.accept(new Replicated(told));
        }
    }
}
