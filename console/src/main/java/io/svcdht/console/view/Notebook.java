package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.storage.journal.JournalSource;
import org.jspecify.annotations.Nullable;

/**
 * What the console keeps between pages, bounded: how many events each second had, and the last comparison of two
 * moments, so that its next page costs nothing.
 */
public final class Notebook {
    private final EventRates rates = new EventRates();
    private @Nullable Kept kept;

    private record Kept(JournalSource journal, Comparison comparison) {}

    EventRates rates() {
        return rates;
    }

    /** What differs between two positions; made where it is not the one that was asked for last. */
    Comparison comparison(Visit visit, long from, long to) {
        Node node = visit.node();
        Comparison known = known(node.journal(), from, to);
        if (known != null) {
            return known;
        }
        Comparison made = Comparison.of(visit, from, to);
        if (made.isSmall()) {
            synchronized (this) {
                kept = new Kept(node.journal(), made);
            }
        }
        return made;
    }

    /** Of another opening of the journal the same positions may be other events. */
    @SuppressWarnings("ReferenceEquality")
    private synchronized @Nullable Comparison known(JournalSource journal, long from, long to) {
        Kept k = kept;
        return k != null
                        && k.journal() == journal
                        && k.comparison().from() == from
                        && k.comparison().to() == to
                ? k.comparison()
                : null;
    }
}
