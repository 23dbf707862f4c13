package io.svcdht.node.wire;

import io.svcdht.node.error.ErrorCode;
import java.util.Locale;

/** Why something a peer sent is not taken: the closed set of reasons it is counted by. */
public enum Refusal {
    /** It ends in the middle of an item, or claims a length it does not have. */
    TRUNCATED(ErrorCode.BadRequest),
    /** No deterministic CBOR: another form of the same bytes exists. */
    NOT_CANONICAL(ErrorCode.BadRequest),
    /** A field is there twice. */
    DUPLICATE_FIELD(ErrorCode.BadRequest),
    TOO_DEEP(ErrorCode.BadRequest),
    OVER_SIZE(ErrorCode.OverSize),
    /** A field is missing, of another type, or holds an impossible value. */
    WRONG_SHAPE(ErrorCode.BadRequest),
    /** The key is not the one the text of the content id stands for. */
    WRONG_KEY(ErrorCode.BadRequest),
    /** It speaks for a node that did not sign it: for us, or for one it names as the locator. */
    WRONG_PUBLISHER(ErrorCode.Forbidden),
    /** It is not about the node that was asked for. */
    WRONG_NODE(ErrorCode.BadRequest),
    OTHER_NETWORK(ErrorCode.BadRequest),
    /** An address that no node can have, or that is narrower than {@code address_policy}. */
    ADDRESS(ErrorCode.AddressRefused),
    BAD_SIGNATURE(ErrorCode.BadSignature),
    /** The way from the record does not lead to the root it names. */
    BAD_PATH(ErrorCode.BadSignature),
    /** It is signed classically alone, and {@code pq_require_on} has passed. */
    PQ_REQUIRED(ErrorCode.BadSignature),
    /** It wants to live longer than {@code ttl_max_secs}. */
    TTL(ErrorCode.BadRequest),
    /** An equally old or newer word is known: a replay, or a late one. */
    STALE(ErrorCode.StaleRecord),
    EXPIRED(ErrorCode.StaleRecord),
    /** It was issued later than any clock should show. */
    FUTURE(ErrorCode.BadRequest),
    /** A withdrawal of what is not here. */
    NOTHING_TO_WITHDRAW(ErrorCode.NotFound),
    /** Its publisher, or its content id, has had its share of what this node journals a second. */
    QUOTA(ErrorCode.QuotaHit);

    private final ErrorCode code;

    Refusal(ErrorCode code) {
        this.code = code;
    }

    /** Its name in lists of who was refused. */
    public String reason() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the peer is told. */
    public ErrorCode code() {
        return code;
    }
}
