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

    /** What became of each word, in order. */
    record Taken(List<Fate> fates) implements Response {
        public Taken {
            fates = List.copyOf(fates);
        }
    }

    /** I am here, but do not answer this now. */
    record Refused() implements Response {}

    /** What became of one word. */
    enum Fate {
        /** It is held. */
        HELD,
        /** No room for it just now. */
        LATER,
        /** It is not wanted: a newer word is known, or it is none. */
        REFUSED
    }
}
