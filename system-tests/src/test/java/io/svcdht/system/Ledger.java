package io.svcdht.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a node has acknowledged: the measure of what it must still know after a kill. */
final class Ledger {
    /** Around the instant of expiry either answer is right. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    /** The last word about a record. */
    enum Word {
        NOTHING,
        PROVIDED,
        WITHDRAWN
    }

    private final String name;
    private final Map<Integer, List<Entry>> byWriter = new ConcurrentHashMap<>();
    private final Map<Long, Key> keyAtPosition = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicInteger records = new AtomicInteger();

    /** @param name keeps the records of two ledgers apart */
    Ledger(String name) {
        this.name = name;
    }

    /** One record: its last acknowledged word, and the one that was asked for but not answered. */
    final class Entry {
        private final String cid;
        private final Key key;
        private volatile Word word = Word.NOTHING;
        private volatile Instant expiresAt = Instant.MIN;
        private volatile @Nullable Word open;

        private Entry(String cid) {
            this.cid = cid;
            this.key = ContentId.parse(cid, true).key();
        }

        String cid() {
            return cid;
        }

        String locator() {
            return "local://" + cid.substring(cid.indexOf(':') + 1);
        }

        /** Whether a request was neither acknowledged nor refused. */
        boolean isOpen() {
            return open != null;
        }

        boolean isLive() {
            return word == Word.PROVIDED && Instant.now().plus(SLACK).isBefore(expiresAt);
        }

        void asks(Word next) {
            open = next;
        }

        void refused() {
            open = null;
        }

        void provided(long position, Instant until) {
            acknowledged(position);
            word = Word.PROVIDED;
            expiresAt = until;
            open = null;
        }

        void withdrawn(long position) {
            acknowledged(position);
            word = Word.WITHDRAWN;
            open = null;
        }

        private void acknowledged(long position) {
            Key before = keyAtPosition.put(position, key);
            if (before != null) {
                complain("position %d was acknowledged twice".formatted(position));
            }
        }

        /** Compares with what the node shows, and takes an open request for what it turned out to be. */
        private void compare(boolean shown, Instant before, Instant after) {
            Word asked = open;
            boolean running = word == Word.PROVIDED && after.isBefore(expiresAt.minus(SLACK));
            boolean over = word != Word.PROVIDED || before.isAfter(expiresAt.plus(SLACK));
            boolean mayShow = !over || asked == Word.PROVIDED;
            boolean mayHide = !running || asked == Word.WITHDRAWN;
            if (shown ? !mayShow : !mayHide) {
                complain("%s is %s".formatted(this, shown ? "shown" : "lost"));
            }
            if (asked == Word.WITHDRAWN && shown) {
                open = null;
            } else if (asked != null) {
                // When an unanswered announcement ends is not known: it stays open, and either answer is right.
                word = shown ? Word.PROVIDED : Word.NOTHING;
                expiresAt = after;
                open = shown ? Word.PROVIDED : null;
            }
        }

        @Override
        public String toString() {
            return "%s (last word %s, until %s, open %s)".formatted(cid, word, expiresAt, open);
        }
    }

    List<Entry> ofWriter(int writer) {
        return byWriter.computeIfAbsent(writer, w -> new CopyOnWriteArrayList<>());
    }

    Entry fresh(List<Entry> own) {
        Entry entry = new Entry("b3:%s-%d".formatted(name, records.incrementAndGet()));
        own.add(entry);
        return entry;
    }

    void complain(String what) {
        complaints.add(what);
    }

    /** Positions acknowledged, with the key each belongs to. */
    Map<Long, Key> keyAtPosition() {
        return keyAtPosition;
    }

    /** How many records were ever asked for. */
    int records() {
        return records.get();
    }

    /** Compares the node's list with every record, and a find with each of the latest. */
    void compareWith(NodeProcess node, int findsMax) throws IOException, InterruptedException {
        Instant before = Instant.now();
        Map<String, String> listed = new HashMap<>();
        for (JsonNode line : node.listAll()) {
            listed.put(
                    line.get("cid").asText(),
                    line.get("entries").get(0).get("node").asText());
        }
        Instant after = Instant.now();
        for (List<Entry> own : byWriter.values()) {
            for (Entry e : own) {
                String locator = listed.get(e.cid());
                if (locator != null && !locator.equals(e.locator())) {
                    complain("%s is listed at %s".formatted(e, locator));
                }
                e.compare(locator != null, before, after);
            }
            for (Entry e : own.subList(Math.max(0, own.size() - findsMax / byWriter.size()), own.size())) {
                Instant asked = Instant.now();
                boolean found = node.find(e.cid()).equals(List.of(e.locator()));
                e.compare(found, asked, Instant.now());
            }
        }
        assertThat(complaints).isEmpty();
    }
}
