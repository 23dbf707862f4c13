package io.svcdht.storage.testing;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;

/** The story in the committed fixtures of version 1: every type of event, each shape of record. Never to be changed, only added to. */
public final class Golden {
    /** Instant of the first event. */
    public static final long T0 = 1_767_225_600_000L;

    /** Events in the archived journal, which is older than the last types of event. */
    public static final int ARCHIVED = 12;

    private static final NodeId NODE = new NodeId(new Key(0x0102030405060708L, 9, 10, -11));

    private Golden() {}

    public static List<JournalEntry> entries() {
        Key key = Key.parseHex("ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f");
        ContentId canonical = ContentId.of(key);
        ContentId shortId = ContentId.parse("b3:short", true);
        List<DhtEvent> told = List.of(
                new DhtEvent.NodeStarted(NODE, 1, "0.1.0"),
                new DhtEvent.ReadinessChanged(DhtEvent.Readiness.READY, "alone"),
                new DhtEvent.ProviderAnnounced(
                        new ProviderRecord(canonical, NODE, "local://nodeA", List.of(), 600, T0 + 2_000)),
                new DhtEvent.ProviderAnnounced(new ProviderRecord(
                        shortId, NODE, "", List.of("/ip4/192.0.2.1/tcp/5302", "größer"), 172_800, T0 + 2_500)),
                new DhtEvent.ProviderRefreshed(key, 1_200, T0 + 4_000),
                new DhtEvent.ProviderWithdrawn(shortId.key(), T0 + 5_000, T0 + 172_802_500 + 300_000),
                new DhtEvent.ConfigChanged("ttl_secs", "600", "900", "file svc-dht.toml:3"),
                new DhtEvent.ClockStepped(-7_200_000),
                new DhtEvent.ReadinessChanged(DhtEvent.Readiness.DEGRADED, "no live contact"),
                new DhtEvent.ProviderExpired(key),
                new DhtEvent.DigestMarked(
                        10, Key.parseHex("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")),
                new DhtEvent.NodeStopped("asked to"),
                new DhtEvent.CheckpointTaken(
                        10,
                        Key.parseHex("f6ea8d7790b05ac05479baba6b0e9906963ad5801d2f20149cc12bd19fea27e2"),
                        1,
                        1_048_576),
                new DhtEvent.JournalPruned(4, 3, 5_000_000_000L),
                new DhtEvent.AuditRecorded("operator, signed in", "withdraw", "b3:short local://shelf", "moved"),
                new DhtEvent.ProviderReplicated(key, 20));
        long[] causes = {0, 0, 0, 0, 3, 4, 0, 0, 0, 5, 10, 0, 0, 0, 0, 3};
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            entries.add(new JournalEntry(i + 1L, T0 + i * 1_000L, causes[i], told.get(i)));
        }
        return entries;
    }
}
