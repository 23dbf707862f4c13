package io.svcdht.storage.checkpoint;

import io.svcdht.storage.journal.JournalFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is kept of the past. Of the journal: whole files, until they are older than the days or the bytes are used up.
 * Of the checkpoints, always the one before the first event kept and the newest; beside these the last of each hour of
 * the last day and the last of each day before; and all others, for they make views of the past cheap, as long as they
 * take no more than a quarter of the bytes.
 *
 * @param days events older than this are given up
 * @param bytes what journal and checkpoints may take together
 */
public record Retention(int days, long bytes) {
    private static final long HOUR_MILLIS = 3_600_000L;
    private static final long DAY_MILLIS = 24 * HOUR_MILLIS;

    /** A checkpoint as far as it matters here. */
    public record Kept(long position, long instantMillis, long bytes) {}

    /** A file of the journal with the instant of its last event. */
    public record Dated(JournalFile file, long lastInstantMillis) {}

    /**
     * Position of the first event to keep; that of the first file where nothing is to be given up.
     *
     * @param files oldest first; the newest is always kept
     * @param nowMillis a clock that was set back keeps more, never less: an instant to come is not old
     */
    public long firstToKeep(List<Dated> files, List<Kept> checkpoints, long nowMillis) {
        long total = checkpoints.stream().mapToLong(Kept::bytes).sum()
                + files.stream().mapToLong(f -> f.file().bytes()).sum();
        int keep = 0;
        while (keep < files.size() - 1) {
            Dated oldest = files.get(keep);
            boolean old = nowMillis - oldest.lastInstantMillis() > days * DAY_MILLIS;
            if (!old && total <= bytes) {
                break;
            }
            long until = oldest.file().last();
            total -= oldest.file().bytes();
            total -= checkpoints.stream()
                    .filter(c -> c.position() >= oldest.file().first() - 1 && c.position() < until)
                    .mapToLong(Kept::bytes)
                    .sum();
            keep++;
        }
        return files.isEmpty() ? 1 : Math.max(1, files.get(keep).file().first());
    }

    /**
     * Positions of the checkpoints to give up.
     *
     * @param checkpoints in order of position
     * @param firstRetained position of the first event kept
     */
    public Set<Long> checkpointsToDrop(List<Kept> checkpoints, long firstRetained, long nowMillis) {
        Set<Long> drop = new TreeSet<>();
        List<Kept> retained = new ArrayList<>();
        for (int i = 0; i < checkpoints.size(); i++) {
            // One before the first event serves only while none is nearer to it.
            boolean nearer =
                    i + 1 < checkpoints.size() && checkpoints.get(i + 1).position() < firstRetained;
            if (nearer) {
                drop.add(checkpoints.get(i).position());
            } else {
                retained.add(checkpoints.get(i));
            }
        }
        Set<Long> must = landmarks(retained, nowMillis);
        long extra = 0;
        for (Kept c : retained.reversed()) {
            if (!must.contains(c.position())) {
                extra += c.bytes();
                if (extra > bytes / 4) {
                    drop.add(c.position());
                }
            }
        }
        return drop;
    }

    /** First, newest, the last of each hour of a day, the last of each day. */
    private static Set<Long> landmarks(List<Kept> retained, long nowMillis) {
        Set<Long> must = new HashSet<>();
        if (retained.isEmpty()) {
            return must;
        }
        must.add(retained.getFirst().position());
        must.add(retained.getLast().position());
        Set<Long> spans = new HashSet<>();
        for (Kept c : retained.reversed()) {
            boolean young = nowMillis - c.instantMillis() <= DAY_MILLIS;
            long span = young
                    ? Math.floorDiv(c.instantMillis(), HOUR_MILLIS)
                    : -1 - Math.floorDiv(c.instantMillis(), DAY_MILLIS);
            if (spans.add(span)) {
                must.add(c.position());
            }
        }
        return must;
    }
}
