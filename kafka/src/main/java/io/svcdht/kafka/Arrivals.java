package io.svcdht.kafka;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What came of one node's events, so that each is passed on once, however often and in whatever order it comes.
 *
 * <pre>
 * position            became
 * last + 1            NEXT
 * above               NEXT, what is between is a gap
 * within a gap        LATE, the gap shrinks
 * else below          DOUBLED; CONFLICTING where it is remembered with other bytes
 * </pre>
 */
final class Arrivals {
    enum Kind {
        NEXT,
        LATE,
        DOUBLED,
        /** Another event stood at that position: two journals under one id. */
        CONFLICTING
    }

    /** So many of the latest are remembered by a hash of their bytes. */
    private static final int REMEMBERED = 512;
    /** More gaps than that at once are no accident; the oldest are taken for final then. */
    private static final int GAPS_MAX = 10_000;

    private final long[] hashes = new long[REMEMBERED];
    private final NavigableMap<Long, Long> gaps = new TreeMap<>();
    private long last;

    /** @param before of the first event that is waited for; nothing up to there is missed */
    Arrivals(long before) {
        this.last = before;
        Arrays.fill(hashes, -1);
    }

    Kind take(long position, byte[] bytes) {
        long hash = hash(bytes);
        if (position > last) {
            if (position > last + 1) {
                gaps.put(last + 1, position - 1);
                if (gaps.size() > GAPS_MAX) {
                    gaps.pollFirstEntry();
                }
                forgetBetween(last, position);
            }
            last = position;
            remember(position, hash);
            return Kind.NEXT;
        }
        Map.Entry<Long, Long> gap = gaps.floorEntry(position);
        if (gap != null && position <= gap.getValue()) {
            gaps.remove(gap.getKey());
            if (gap.getKey() < position) {
                gaps.put(gap.getKey(), position - 1);
            }
            if (position < gap.getValue()) {
                gaps.put(position + 1, gap.getValue());
            }
            if (last - position < REMEMBERED) {
                remember(position, hash);
            }
            return Kind.LATE;
        }
        long remembered = last - position < REMEMBERED ? hashes[slot(position)] : -1;
        return remembered != -1 && remembered != hash ? Kind.CONFLICTING : Kind.DOUBLED;
    }

    private void remember(long position, long hash) {
        hashes[slot(position)] = hash;
    }

    private void forgetBetween(long from, long to) {
        for (long p = Math.max(from + 1, to - REMEMBERED); p < to; p++) {
            hashes[slot(p)] = -1;
        }
    }

    private static int slot(long position) {
        return (int) (position % REMEMBERED);
    }

    private static long hash(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue() << 24 | bytes.length & 0xff_ffff;
    }

    long last() {
        return last;
    }

    /** From and to of what is missing now, both among it. */
    NavigableMap<Long, Long> gaps() {
        return gaps;
    }

    /** Events that are missing now. */
    long missing() {
        return gaps.entrySet().stream()
                .mapToLong(g -> g.getValue() - g.getKey() + 1)
                .sum();
    }
}
