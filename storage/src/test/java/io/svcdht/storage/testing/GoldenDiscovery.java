package io.svcdht.storage.testing;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.ArrayList;
import java.util.List;

/** The story in the fixture of nodes that another protocol found. Never to be changed, only added to. */
public final class GoldenDiscovery {
    private GoldenDiscovery() {}

    public static List<JournalEntry> entries() {
        Contact found = new Contact(
                NodeKeys.of(new Key(1, 2, 3, 4), new Key(5, 6, 7, 8)),
                List.of(PeerAddress.parse("192.0.2.1:5302")),
                64_500);
        List<DhtEvent> told = List.of(
                new DhtEvent.NodeStarted(new NodeId(new Key(7, 7, 7, 7)), 1, "0.1.0"),
                new DhtEvent.DiscoveryRecordPublished("discv5", "enr:-abc"),
                new DhtEvent.PeerDiscovered("discv5", found),
                new DhtEvent.ContactAdded(found, true));
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            entries.add(new JournalEntry(i + 1L, Golden.T0 + i * 1_000L, 0, told.get(i)));
        }
        return entries;
    }
}
