package io.svcdht.storage.testing;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import java.util.ArrayList;
import java.util.List;

/** The story in the fixture of roots and whole keys. Never to be changed, only added to. */
public final class GoldenTrust {
    private GoldenTrust() {}

    public static List<JournalEntry> entries() {
        long t0 = Golden.T0;
        byte[] bytes = new byte[MlDsa87Key.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        MlDsa87Key whole = new MlDsa87Key(bytes);
        NodeKeys publisher = NodeKeys.of(new Key(1, 2, 3, 4), whole.hash());
        Key first = new Key(0x1111, 2, 3, 4);
        Key second = new Key(0x2222, 2, 3, 4);
        List<DhtEvent> told = List.of(
                new DhtEvent.NodeStarted(new NodeId(new Key(7, 7, 7, 7)), 1, "0.2.0"),
                new DhtEvent.KeyLearned(publisher, whole),
                new DhtEvent.RootAccepted(new SignedRoot(first, publisher, new byte[] {(byte) 0x81, 1, 2, 3})),
                new DhtEvent.ProviderAnnounced(record(1, publisher, first, t0 + 3_000)),
                new DhtEvent.RootAccepted(new SignedRoot(second, publisher, new byte[] {(byte) 0x82, 4, 5})),
                new DhtEvent.ProviderAnnounced(record(2, publisher, second, t0 + 5_000)),
                new DhtEvent.ProviderAnnounced(record(1, publisher, second, t0 + 6_000)),
                new DhtEvent.RootDropped(first));
        long[] causes = {0, 0, 0, 0, 0, 0, 4, 0};
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            entries.add(new JournalEntry(i + 1L, t0 + i * 1_000L, causes[i], told.get(i)));
        }
        return entries;
    }

    private static ProviderRecord record(long content, NodeKeys publisher, Key root, long issuedAtMillis) {
        return new ProviderRecord(
                ContentId.of(new Key(content, 9, 9, 9)),
                publisher.id(),
                "",
                List.of(),
                600,
                issuedAtMillis,
                RandomEvents.proof(publisher, root));
    }
}
