package io.svcdht.node.peering;

import io.svcdht.node.kad.Peer;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;

/** What comes back. */
public sealed interface Response {
    /** I am. */
    record Pong() implements Response {}

    /** At most k, closest first, whom the sender has heard answer. */
    record Contacts(List<Peer> contacts) implements Response {}

    /** Records, and contacts where there are none. */
    record Values(List<ProviderRecord> records, List<Peer> contacts) implements Response {}

    /** How many of the records are held now. */
    record Accepted(int records) implements Response {}
}
