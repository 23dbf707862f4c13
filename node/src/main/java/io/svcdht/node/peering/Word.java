package io.svcdht.node.peering;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;

/** What a publisher says and others are to hold. */
public sealed interface Word {
    /** The content can be had there. */
    record Announced(ProviderRecord record) implements Word {
        @Override
        public Key key() {
            return record.cid().key();
        }
    }

    /** Our own record is taken back. */
    record Withdrawn(ContentId cid, String locator, long issuedAtMillis) implements Word {
        @Override
        public Key key() {
            return cid.key();
        }
    }

    Key key();
}
