package io.svcdht.node.wire;

import com.upokecenter.cbor.CBORObject;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.Texts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider record, or its withdrawal, as it travels between nodes (contracts §5): a map in deterministic CBOR.
 *
 * <pre>
 * key        32 bytes
 * text       what the publisher wrote; left out where it is b3: and the key
 * publisher  Ed25519 key 32 | BLAKE3-256 of the ML-DSA-87 key 32; the first alone for a classical-only node
 * locator    left out where the publisher itself has the content
 * addrs      [text …]; left out where there are none
 * ttl        s, 1 … 172,800; 0 = a withdrawal
 * ts         when the publisher said so, ms since the epoch
 * sigs       [{alg, sig} or {alg, root, path} …] in the order of alg
 * </pre>
 *
 * <p>All but {@code sigs} is signed. The publisher is named by its keys, not by the id that follows from them, so that
 * a record can be checked by whoever holds it, without asking anybody. An empty field has one form, to be left out.
 *
 * @param ttlSeconds 0 = a withdrawal
 */
public record SignedRecord(
        ContentId cid,
        NodeKeys publisher,
        String locator,
        List<String> addrs,
        int ttlSeconds,
        long issuedAtMillis,
        List<Signature> signatures) {
    /** Largest form that is read, bytes: all texts at their longest, and a post-quantum signature. */
    public static final int BYTES_MAX = 16_384;

    public SignedRecord {
        addrs = List.copyOf(addrs);
        signatures = List.copyOf(signatures);
    }

    /** Whether it takes the record back. */
    public boolean withdrawal() {
        return ttlSeconds == 0;
    }

    /** The root of a batch that a signature refers to, null where there is none. */
    public @Nullable Key root() {
        for (Signature s : signatures) {
            if (s instanceof Signature.ByRoot way) {
                return way.root();
            }
        }
        return null;
    }

    /** The same with these signatures. */
    public SignedRecord with(List<Signature> newSignatures) {
        return new SignedRecord(cid, publisher, locator, addrs, ttlSeconds, issuedAtMillis, newSignatures);
    }

    /** The bytes that are signed, behind the context: the map without {@code sigs}. */
    public byte[] signedBytes() {
        return map(false);
    }

    public byte[] encode() {
        return map(true);
    }

    /** Its keys in the order that deterministic CBOR asks for. */
    private byte[] map(boolean signed) {
        CborOut out = new CborOut().map(4 + (signed ? 1 : 0) + optional());
        out.text("ts").number(issuedAtMillis);
        out.text("key").key(cid.key());
        out.text("ttl").number(ttlSeconds);
        if (signed) {
            Signature.write(signatures, out.text("sigs"));
        }
        if (!cid.isCanonical()) {
            out.text("text").text(cid.text());
        }
        if (!addrs.isEmpty()) {
            out.text("addrs").array(addrs.size());
            addrs.forEach(out::text);
        }
        if (!locator.isEmpty()) {
            out.text("locator").text(locator);
        }
        return out.text("publisher").bytes(ContactCbor.keyBytes(publisher)).toByteArray();
    }

    private int optional() {
        return (cid.isCanonical() ? 0 : 1) + (addrs.isEmpty() ? 0 : 1) + (locator.isEmpty() ? 0 : 1);
    }

    /** The record to keep, with what it takes to hand it on. Not for a withdrawal. */
    public ProviderRecord record() {
        Proof proof = new Proof(publisher, Signature.encode(signatures));
        return new ProviderRecord(cid, publisher.id(), locator, addrs, ttlSeconds, issuedAtMillis, proof);
    }

    /**
     * Another publisher's record as it was received.
     *
     * @throws IllegalArgumentException if it is one of our own, which has no proof, or the proof is none
     */
    public static SignedRecord of(ProviderRecord r) {
        Proof proof = r.proof();
        if (proof == null) {
            throw new IllegalArgumentException("a record without signatures: " + r);
        }
        try {
            CBORObject sigs = Cbor.decode(proof.signatures(), Proof.SIGNATURE_BYTES_MAX);
            return new SignedRecord(
                    r.cid(),
                    proof.keys(),
                    r.locator(),
                    r.addrs(),
                    r.ttlSeconds(),
                    r.issuedAtMillis(),
                    Signature.ofCbor(Fields.list("sigs", sigs, Signature.LIST_MAX)));
        } catch (Malformed e) {
            throw new IllegalArgumentException("signatures that are none: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the wire form; checks everything but the signatures and the clock.
     *
     * @throws Malformed with the reason
     */
    public static SignedRecord decode(byte[] bytes) throws Malformed {
        return ofCbor(Cbor.decode(bytes, BYTES_MAX));
    }

    static SignedRecord ofCbor(CBORObject item) throws Malformed {
        Fields f = new Fields(item);
        NodeKeys publisher = ContactCbor.keys(f.bytes("publisher", 2 * Key.BYTES));
        String locator = f.has("locator") ? text("locator", f.text("locator")) : "";
        if (NodeId.looksLike(locator)) {
            throw new Malformed(Refusal.WRONG_PUBLISHER, "the locator names a node; a node publishes for itself");
        }
        List<String> addrs = f.has("addrs") ? f.texts("addrs", ProviderRecord.ADDRS_MAX) : List.of();
        if (f.has("addrs") && addrs.isEmpty()) {
            throw Fields.wrong("addrs", "left out where it is empty");
        }
        for (String addr : addrs) {
            text("addrs", addr);
        }
        int ttl = (int) f.number("ttl", 0, ProviderRecord.TTL_SECONDS_MAX);
        if (ttl == 0 && !addrs.isEmpty()) {
            throw Fields.wrong("addrs", "left out of a withdrawal");
        }
        return new SignedRecord(
                cid(f),
                publisher,
                locator,
                addrs,
                ttl,
                f.number("ts", 0, ProviderRecord.ISSUED_AT_MILLIS_MAX),
                Signature.ofCbor(f.list("sigs", Signature.LIST_MAX)));
    }

    private static ContentId cid(Fields f) throws Malformed {
        Key key = f.key("key");
        if (!f.has("text")) {
            return ContentId.of(key);
        }
        String text = text("text", f.text("text"));
        ContentId cid = parsed(text);
        if (!cid.key().equals(key)) {
            throw new Malformed(Refusal.WRONG_KEY, "the text stands for key %s, not %s".formatted(cid.key(), key));
        }
        if (cid.isCanonical()) {
            throw Fields.wrong("text", "left out where it says the key");
        }
        return cid;
    }

    private static ContentId parsed(String text) throws Malformed {
        try {
            return ContentId.parse(text, true);
        } catch (IllegalArgumentException e) {
            throw new Malformed(Refusal.WRONG_SHAPE, String.valueOf(e.getMessage()));
        }
    }

    /** A text that keeps the rule for all texts, and is trimmed already. */
    private static String text(String name, String text) throws Malformed {
        try {
            if (Texts.checked(name, text).equals(text)) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            throw new Malformed(Refusal.WRONG_SHAPE, String.valueOf(e.getMessage()));
        }
        throw Fields.wrong(name, "trimmed");
    }
}
