package io.svcdht.node.trust;

import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;

/**
 * Signs our own records when they are sent. Ed25519 is deterministic, so a record has one signature however often it is
 * asked for, and the journal need not keep it.
 */
public final class RecordSigner {
    private final NodeIdentity identity;

    public RecordSigner(NodeIdentity identity) {
        this.identity = identity;
    }

    /** @throws IllegalArgumentException if the record is another publisher's */
    public SignedRecord sign(ProviderRecord r) {
        if (!r.publisher().equals(identity.id())) {
            throw new IllegalArgumentException("record of %s; we are %s".formatted(r.publisher(), identity.id()));
        }
        return signed(r.cid(), r.locator(), r.addrs(), r.ttlSeconds(), r.issuedAtMillis());
    }

    /**
     * Takes a record back.
     *
     * @param issuedAtMillis later than the record's own
     */
    public SignedRecord withdraw(ContentId cid, String locator, long issuedAtMillis) {
        return signed(cid, locator, List.of(), 0, issuedAtMillis);
    }

    private SignedRecord signed(
            ContentId cid, String locator, List<String> addrs, int ttlSeconds, long issuedAtMillis) {
        SignedRecord bare =
                new SignedRecord(cid, identity.keys(), locator, addrs, ttlSeconds, issuedAtMillis, List.of());
        return bare.with(List.of(identity.signEd25519(SigningContext.PROVIDER_RECORD, bare.signedBytes())));
    }
}
