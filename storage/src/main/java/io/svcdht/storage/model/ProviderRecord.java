package io.svcdht.storage.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One publisher's word that a content id can be had somewhere, until it runs out (contracts §1).
 *
 * <p>Its identity is (key, publisher, locator): a later word of the same identity replaces it.
 *
 * @param cid the content id as the publisher wrote it, with its key
 * @param publisher the node that vouches for it
 * @param locator where to get the content, opaque to this node and never dialled; empty = at the publisher itself
 * @param addrs addresses that go with the locator, opaque as well
 * @param ttlSeconds how long it holds, 1 … 172,800
 * @param issuedAtMillis when the publisher said so, milliseconds since the epoch, UTC
 * @param proof the publisher's signatures, kept of other nodes' records; null for our own, which are signed when sent
 */
public record ProviderRecord(
        ContentId cid,
        NodeId publisher,
        String locator,
        List<String> addrs,
        int ttlSeconds,
        long issuedAtMillis,
        @Nullable Proof proof) {
    /** Longest time to live, seconds: two days. */
    public static final int TTL_SECONDS_MAX = 172_800;

    private static final long RENEWED_EVERY_MILLIS_MAX = 12 * 3_600_000L;
    /** Memory that counts as one record. */
    private static final int WEIGHT_BYTES = 1024;
    /** What a record without texts takes on the heap, roughly, with its place in index and wheel. */
    private static final int BYTES_BARE = 360;

    private static final int BYTES_STRING = 56;
    /** A proof without its signatures: two keys, the id, and what holds them together. */
    private static final int BYTES_PROOF = 280;
    /** Most addresses a record may carry. */
    public static final int ADDRS_MAX = 16;
    /** Latest instant a record may name, milliseconds: with any life time added it still fits 48 bits. */
    public static final long ISSUED_AT_MILLIS_MAX = (1L << 47) - 1;

    public ProviderRecord {
        addrs = List.copyOf(addrs);
        checkLife(ttlSeconds, issuedAtMillis);
        if (addrs.size() > ADDRS_MAX) {
            throw new IllegalArgumentException("%d addrs; at most %d are kept".formatted(addrs.size(), ADDRS_MAX));
        }
        if (proof != null && !proof.keys().id().equals(publisher)) {
            throw new IllegalArgumentException("a record of %s %s".formatted(publisher, proof));
        }
    }

    /** A record of our own. */
    public ProviderRecord(
            ContentId cid, NodeId publisher, String locator, List<String> addrs, int ttlSeconds, long issuedAtMillis) {
        this(cid, publisher, locator, addrs, ttlSeconds, issuedAtMillis, null);
    }

    /**
     * The rule for every life time and start of one.
     *
     * @throws IllegalArgumentException with the number that breaks it
     */
    public static void checkLife(int ttlSeconds, long issuedAtMillis) {
        if (ttlSeconds < 1 || ttlSeconds > TTL_SECONDS_MAX) {
            throw new IllegalArgumentException("ttl of %d s is outside 1…%d".formatted(ttlSeconds, TTL_SECONDS_MAX));
        }
        if (issuedAtMillis < 0 || issuedAtMillis > ISSUED_AT_MILLIS_MAX) {
            throw new IllegalArgumentException("issued at %d ms, which no clock shows".formatted(issuedAtMillis));
        }
    }

    /** How often a record of this life time is renewed: after half of it, twelve hours at most; milliseconds. */
    public static long renewedEveryMillis(int ttlSeconds) {
        return Math.min(ttlSeconds * 500L, RENEWED_EVERY_MILLIS_MAX);
    }

    public long expiresAtMillis() {
        return issuedAtMillis + ttlSeconds * 1000L;
    }

    /** What an answer shows: the locator, or the publisher's node id where the publisher itself has the content. */
    public String node() {
        return locator.isEmpty() ? publisher.text() : locator;
    }

    public boolean sameIdentity(Key key, NodeId otherPublisher, String otherLocator) {
        return cid.key().equals(key) && publisher.equals(otherPublisher) && locator.equals(otherLocator);
    }

    /** The same record told again: a new life time, all else kept but the proof, which was of the old one. */
    public ProviderRecord renewed(int newTtlSeconds, long newIssuedAtMillis) {
        return new ProviderRecord(cid, publisher, locator, addrs, newTtlSeconds, newIssuedAtMillis);
    }

    /** What is left of the record once its word has been replaced by another. */
    public ProviderRecord withoutProof() {
        return renewed(ttlSeconds, issuedAtMillis);
    }

    /**
     * How much of a node's room for records it takes: 1 for what nearly all are, up to 1 KiB of memory, and one more
     * for each further KiB its texts fill.
     */
    public int weight() {
        int bytes = BYTES_BARE
                + 2 * locator.length()
                + (cid.isCanonical() ? 0 : 2 * cid.text().length());
        for (String addr : addrs) {
            bytes += BYTES_STRING + 2 * addr.length();
        }
        Proof p = proof;
        if (p != null) {
            bytes += BYTES_PROOF + p.signatureBytes();
        }
        return 1 + bytes / WEIGHT_BYTES;
    }
}
