package io.svcdht.node.view;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Events of every type with odd values, the same for the same seed. */
final class RandomEvents {
    private final Random random;

    RandomEvents(long seed) {
        random = new Random(seed);
    }

    JournalEntry entry(long position) {
        EventType[] types = EventType.values();
        return entry(position, types[random.nextInt(types.length)]);
    }

    JournalEntry entry(long position, EventType type) {
        long cause = random.nextBoolean() ? 0 : random.nextLong(position);
        return new JournalEntry(position, millis(), cause, event(type, position));
    }

    private DhtEvent event(EventType type, long position) {
        return switch (type) {
            case ProviderAnnounced -> new DhtEvent.ProviderAnnounced(record());
            case ProviderRefreshed -> new DhtEvent.ProviderRefreshed(key(), ttl(), millis());
            case ProviderWithdrawn -> new DhtEvent.ProviderWithdrawn(key(), millis(), millis());
            case ProviderExpired -> new DhtEvent.ProviderExpired(key());
            case NodeStarted -> new DhtEvent.NodeStarted(new NodeId(key()), random.nextLong(1L << 40), text());
            case NodeStopped -> new DhtEvent.NodeStopped(text());
            case ConfigChanged -> new DhtEvent.ConfigChanged(text(), text(), text(), text());
            case ReadinessChanged ->
                new DhtEvent.ReadinessChanged(
                        DhtEvent.Readiness.values()[random.nextInt(DhtEvent.Readiness.values().length)], text());
            case ClockStepped -> new DhtEvent.ClockStepped(random.nextLong());
            case DigestMarked -> new DhtEvent.DigestMarked(random.nextLong(position), key());
            case CheckpointTaken ->
                new DhtEvent.CheckpointTaken(
                        random.nextLong(position), key(), random.nextLong(1L << 40), random.nextLong(1L << 40));
            case JournalPruned ->
                new DhtEvent.JournalPruned(
                        1 + random.nextLong(position), random.nextInt(1, 1000), random.nextLong(1L << 40));
        };
    }

    private ProviderRecord record() {
        Key key = key();
        ContentId cid = random.nextBoolean() ? ContentId.of(key) : new ContentId(text(), key);
        List<String> addrs = new ArrayList<>();
        for (int i = random.nextInt(ProviderRecord.ADDRS_MAX + 1); i > 0; i--) {
            addrs.add(text());
        }
        String locator = random.nextBoolean() ? "" : text();
        return new ProviderRecord(cid, new NodeId(key()), locator, addrs, ttl(), millis());
    }

    private Key key() {
        return new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private int ttl() {
        return 1 + random.nextInt(ProviderRecord.TTL_SECONDS_MAX);
    }

    /** Up to the largest instant a record may carry. */
    private long millis() {
        return random.nextBoolean()
                ? random.nextLong(ProviderRecord.ISSUED_AT_MILLIS_MAX)
                : random.nextLong(2_000_000_000_000L);
    }

    /** Any code points but surrogates: quotes, line breaks, control and bidirectional characters among them. */
    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int cp = random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(Character.MAX_CODE_POINT + 1);
            text.appendCodePoint(cp >= 0xd800 && cp < 0xe000 ? '"' : cp);
        }
        return text.toString();
    }
}
