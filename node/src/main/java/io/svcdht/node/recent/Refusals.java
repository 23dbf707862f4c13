package io.svcdht.node.recent;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Who was refused, and why: a row for each of both, in memory alone, for nothing that is refused is journaled. What happens
 * again is counted and not written down again, so that a flood costs an addition; the row that was quiet for longest makes room.
 * Any thread.
 */
public final class Refusals {
    /** Some 600 bytes each at most. */
    public static final int ROWS_MAX = 512;

    private static final int DETAIL_CHARS_MAX = 300;
    /** A row's example is renewed so often at most. */
    private static final long ANEW_NANOS = 1_000_000_000L;

    /** Who refused what. */
    public enum Way {
        /** What a peer asked of this node, or wanted held. */
        HERE,
        /** A record in a peer's answer, which was not believed. */
        ANSWERED,
        /** Our own record, by the peer that was to hold it. */
        THERE
    }

    /**
     * The latest example of a row.
     *
     * @param detail a sentence
     * @param cid the content id it was about, empty = none, or not known
     * @param publisher the record's, as a node id; empty = none, or not known
     */
    public record What(String detail, String cid, String publisher) {
        /** About no record. */
        public What(String detail) {
            this(detail, "", "");
        }

        public What {
            detail = printable(detail);
            cid = printable(cid);
        }
    }

    /**
     * A row.
     *
     * @param who a node id, or the address of somebody who did not come far enough to have one
     * @param firstNanos by {@link System#nanoTime}, as {@code lastNanos}
     */
    public record Row(Way way, String who, String reason, What what, long times, long firstNanos, long lastNanos) {}

    private record Whose(Way way, String who, String reason) {}

    private static final class Tally {
        private final long firstNanos;
        private What what;
        private long writtenNanos;
        private long lastNanos;
        private long times;

        Tally(What what, long nowNanos) {
            this.what = what;
            this.firstNanos = nowNanos;
            this.writtenNanos = nowNanos;
        }
    }

    private final LinkedHashMap<Whose, Tally> rows = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<Way, Long> totals = new EnumMap<>(Way.class);
    private long forgotten;

    /**
     * Somebody was refused.
     *
     * @param reason from a closed set, as metrics have it
     * @param what made only where a row is begun or its example is older than a second
     */
    public synchronized void note(Way way, String who, String reason, Supplier<What> what, long nowNanos) {
        totals.merge(way, 1L, Long::sum);
        Whose whose = new Whose(way, who, reason);
        Tally tally = rows.get(whose);
        if (tally == null) {
            if (rows.size() == ROWS_MAX) {
                rows.pollFirstEntry();
                forgotten++;
            }
            tally = new Tally(what.get(), nowNanos);
            rows.put(whose, tally);
        } else if (nowNanos - tally.writtenNanos >= ANEW_NANOS) {
            tally.what = what.get();
            tally.writtenNanos = nowNanos;
        }
        tally.times++;
        tally.lastNanos = nowNanos;
    }

    /** All rows, the latest first. */
    public synchronized List<Row> rows() {
        List<Row> all = new ArrayList<>(rows.size());
        rows.forEach((w, t) ->
                all.addFirst(new Row(w.way(), w.who(), w.reason(), t.what, t.times, t.firstNanos, t.lastNanos)));
        return all;
    }

    /** How often somebody was refused since the start, rows that made room included. */
    public synchronized long total(Way way) {
        return totals.getOrDefault(way, 0L);
    }

    /** Rows that made room for others. */
    public synchronized long forgotten() {
        return forgotten;
    }

    /** Peers choose some of these words. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(DETAIL_CHARS_MAX).forEach(c -> {
            int type = Character.getType(c);
            boolean unseen = Character.isISOControl(c) || type == Character.FORMAT || type == Character.SURROGATE;
            out.appendCodePoint(unseen ? '·' : c);
        });
        return out.toString();
    }
}
