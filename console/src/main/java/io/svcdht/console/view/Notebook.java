package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.journal.JournalSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the console keeps between pages, bounded: how many events each second had, when contacts were last heard of, the
 * last comparison of two moments, so that its next page costs nothing, and what came of deeds.
 */
public final class Notebook {
    private static final int SAYINGS_MAX = 256;

    private final Map<String, Said> sayings = BoundedMap.byAge(SAYINGS_MAX);

    private record Said(long atMillis, String sentence) {}

    private final EventRates rates = new EventRates();
    private @Nullable Kept kept;
    private @Nullable Words live;
    private @Nullable Words past;

    private record Words(JournalSource journal, LastWords words) {}

    private record Kept(JournalSource journal, Comparison comparison) {}

    /** Notes what came of a deed, for the page of what it was done to. */
    public void said(String path, long atMillis, String sentence) {
        synchronized (sayings) {
            sayings.remove(path);
            sayings.put(path, new Said(atMillis, sentence));
        }
    }

    /** What came of the last deed there, with how long ago; empty = nothing was done there. */
    String lastSaid(String path, long nowMillis) {
        synchronized (sayings) {
            Said said = sayings.get(path);
            return said == null ? "" : "%s, %s.".formatted(said.sentence(), Say.ago(nowMillis - said.atMillis()));
        }
    }

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

    /** Those of the last page like this one; {@link LastWords#NONE} where there was none. */
    @SuppressWarnings("ReferenceEquality") // as below
    synchronized LastWords lastWords(JournalSource journal, boolean ofPast) {
        Words known = ofPast ? past : live;
        return known != null && known.journal() == journal ? known.words() : LastWords.NONE;
    }

    synchronized void keep(JournalSource journal, boolean ofPast, LastWords words) {
        if (ofPast) {
            past = new Words(journal, words);
        } else {
            live = new Words(journal, words);
        }
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
