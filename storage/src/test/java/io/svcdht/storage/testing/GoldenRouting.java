package io.svcdht.storage.testing;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.EvictedFor;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;

/** The story in the fixture of routing events and of a peer's signed record. Never to be changed. */
public final class GoldenRouting {
    private GoldenRouting() {}

    public static List<JournalEntry> entries() {
        long t0 = Golden.T0;
        NodeKeys hybrid = NodeKeys.of(new Key(1, 2, 3, 4), new Key(5, 6, 7, 8));
        NodeKeys classical = NodeKeys.classical(new Key(-1, -2, -3, -4));
        Contact one = new Contact(hybrid, List.of(PeerAddress.parse("192.0.2.1:5302")), 65_550);
        Contact other = new Contact(
                classical,
                List.of(PeerAddress.parse("[2001:db8::7]:5302"), PeerAddress.parse("abcdefghijklmnop.onion:5302")),
                0);
        ProviderRecord signed = new ProviderRecord(
                ContentId.of(new Key(9, 9, 9, 9)),
                hybrid.id(),
                "",
                List.of("/ip4/192.0.2.1/tcp/5302"),
                600,
                t0,
                new Proof(hybrid, new byte[] {(byte) 0x81, 1, 2, 3}));
        List<DhtEvent> told = List.of(
                new DhtEvent.ContactAdded(one, false),
                new DhtEvent.ContactAdded(other, true),
                new DhtEvent.ContactRefreshed(7, List.of(one.id(), other.id())),
                new DhtEvent.BucketRefreshed(255, 20),
                new DhtEvent.KeyLearned(hybrid, null),
                new DhtEvent.ProviderAnnounced(signed),
                new DhtEvent.ContactEvicted(one.id(), EvictedFor.SILENCE),
                new DhtEvent.ContactReplaced(other.id(), EvictedFor.DIVERSITY, one, true),
                new DhtEvent.PeerBanned(new Banned.Peer(other.id()), "it lies"),
                new DhtEvent.PeerBanned(Banned.parse("b3:short"), ""),
                new DhtEvent.PeerBanned(Banned.parse("198.51.100.0/24"), "scanner"),
                new DhtEvent.PeerBanned(Banned.parse("2001:db8::/33"), "scanner"),
                new DhtEvent.PeerUnbanned(Banned.parse("198.51.100.0/24")));
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            entries.add(new JournalEntry(i + 1L, t0 + i * 1_000L, i == 12 ? 11 : 0, told.get(i)));
        }
        return entries;
    }
}
