package io.svcdht.node.sim;

import io.svcdht.node.peering.Records;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;

/** What a simulated node holds, as its peering sees it and as the world looks at it. */
interface SimRecords extends Records {
    /** A locator that marks a record nobody signed. */
    String FORGED = "forged:";

    /** From now on this is a record of its own; gives it as others are to hear it. */
    ProviderRecord publish(ProviderRecord record, long nowNanos);

    /** Whether anything is held of the key; it may have run out since it was last looked at. */
    boolean holds(Key key);

    /** Signatures are not simulated: what liars make up says so. */
    @Override
    default boolean valid(ProviderRecord record) {
        return !record.locator().startsWith(FORGED);
    }
}
