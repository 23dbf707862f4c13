package io.svcdht.node.peering;

import io.svcdht.storage.model.ProviderRecord;

/** One publication on its way to its holders. */
final class Holders {
    final long ticket;
    final ProviderRecord record;
    int waiting;
    int accepted;

    Holders(long ticket, ProviderRecord record) {
        this.ticket = ticket;
        this.record = record;
    }
}
