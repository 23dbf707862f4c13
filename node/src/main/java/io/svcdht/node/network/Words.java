package io.svcdht.node.network;

import io.svcdht.node.peering.Word;
import io.svcdht.node.trust.Outcome;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.trust.RecordVerifier;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records between state and wire: signs our own, proves others', checks what comes. Signing and checking cost some
 * hundred microseconds each, so all of this runs on workers.
 */
final class Words {
    /** What was signed or put together lately; a hot record is encoded once. */
    private static final int ENCODED_MAX = 8_192;

    private record Said(Key key, NodeId publisher, String locator, long issuedAtMillis) {}

    private final RecordSigner signer;
    private final RecordVerifier verifier;
    private final Map<Said, Encoded> encoded = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Said, Encoded> eldest) {
            return size() > ENCODED_MAX;
        }
    };

    Words(RecordSigner signer, RecordVerifier verifier) {
        this.signer = signer;
        this.verifier = verifier;
    }

    List<Encoded> encode(List<Word> words) {
        List<Encoded> all = new ArrayList<>(words.size());
        for (Word word : words) {
            all.add(
                    switch (word) {
                        case Word.Announced(ProviderRecord r) -> encode(r);
                        case Word.Withdrawn(var cid, String locator, long issuedAtMillis) ->
                            Encoded.of(signer.withdraw(cid, locator, issuedAtMillis)
                                    .encode());
                    });
        }
        return all;
    }

    Encoded encode(ProviderRecord r) {
        Said said = said(r);
        synchronized (encoded) {
            Encoded known = encoded.get(said);
            if (known != null) {
                return known;
            }
        }
        SignedRecord signed = r.proof() == null ? signer.sign(r) : SignedRecord.of(r);
        Encoded fresh = Encoded.of(signed.encode());
        synchronized (encoded) {
            encoded.put(said, fresh);
        }
        return fresh;
    }

    /** Whether all of them were put together lately, so that they can be handed out on any thread. */
    boolean areReady(List<ProviderRecord> records) {
        synchronized (encoded) {
            for (ProviderRecord r : records) {
                if (!encoded.containsKey(said(r))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static Said said(ProviderRecord r) {
        return new Said(r.cid().key(), r.publisher(), r.locator(), r.issuedAtMillis());
    }

    /** Each judged by itself, in order. */
    List<Outcome<SignedRecord>> check(List<Encoded> records, long nowMillis) {
        List<Outcome<SignedRecord>> outcomes = new ArrayList<>(records.size());
        for (Encoded record : records) {
            outcomes.add(verifier.verify(record.bytes(), nowMillis));
        }
        return outcomes;
    }

    /** Those of the key that hold, as an answer to a find. */
    List<ProviderRecord> found(Key key, List<Encoded> records, long nowMillis) {
        List<ProviderRecord> good = new ArrayList<>(records.size());
        for (Outcome<SignedRecord> outcome : check(records, nowMillis)) {
            if (outcome instanceof Outcome.Accepted<SignedRecord>(SignedRecord r)
                    && !r.withdrawal()
                    && r.cid().key().equals(key)) {
                good.add(r.record());
            }
        }
        return good;
    }
}
