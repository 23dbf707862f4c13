package io.svcdht.node.error;

/**
 * The closed set of errors (contracts §7): one row gives the HTTP status, the peer protocol's code, the reason label
 * of {@code rejected_total}, and what the caller can do about it.
 */
public enum ErrorCode {
    BadRequest(400, 1400, "bad_request", "Correct the request as the detail says and send it again."),
    OverSize(413, 1413, "over_size", "Send less at once; the detail names the limit."),
    UnsupportedMedia(415, 1400, "unsupported_media", "Send the content type the detail names."),
    NotFound(
            404,
            1400,
            "not_found",
            "Check what is asked for: /openapi.json lists the paths, GET /dht/provides what this node publishes."),
    MethodNotAllowed(405, 1400, "method_not_allowed", "Use one of the methods in the Allow header."),
    Unauthorized(401, 1400, "unauthorized", "Send a valid bearer token."),
    Forbidden(
            403,
            1400,
            "forbidden",
            "Use a token whose role allows this; what the detail calls banned is refused to everybody until an admin lifts the ban."),
    WrongHost(421, 1400, "wrong_host", "Use a bound address, localhost, or a name listed in allowed_hosts."),
    QuotaHit(429, 1429, "quota", "Slow down and try again after Retry-After."),
    CapReached(503, 1429, "cap", "This node is full; provide at another node, or raise the cap the detail names."),
    NotReady(503, 1450, "not_ready", "Wait until /readyz answers 200 and try again."),
    NoBootstrap(503, 1450, "no_bootstrap", "No seed answers; check seeds and the network."),
    JournalUnavailable(503, 1450, "journal_unavailable", "The journal takes no writes; see the log and the disk."),
    AmnesiaMode(409, 1400, "amnesia", "This node keeps no past; start it without amnesia to look back."),
    PositionPruned(410, 1400, "position_pruned", "Ask for a position that is still kept; the detail names the first."),
    FuturePosition(400, 1400, "future_position", "Ask for a position up to the one the detail names."),
    Timeout(504, 1508, "timeout", "Try again, or allow more time with deadline_ms."),
    HopExceeded(504, 1508, "hop_budget", "Try again, or raise hop_budget."),
    TransportDown(503, 1501, "transport_down", "The peer could not be reached; try again."),
    StaleRecord(409, 1441, "stale_record", "A later word of this publisher is already known; send a newer one."),
    BadSignature(400, 1440, "bad_signature", "The record's signature does not hold; sign it again."),
    AsnCap(403, 1429, "asn_cap", "This network holds its share of the bucket already."),
    AddressRefused(400, 1400, "address_refused", "Give an address that address_policy accepts."),
    Internal(500, 1501, "internal", "This is a defect; please report it with the corr_id.");

    private final int httpStatus;
    private final int wireCode;
    private final String reason;
    private final String advice;

    ErrorCode(int httpStatus, int wireCode, String reason, String advice) {
        this.httpStatus = httpStatus;
        this.wireCode = wireCode;
        this.reason = reason;
        this.advice = advice;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public int wireCode() {
        return wireCode;
    }

    /** Label value of {@code rejected_total}. */
    public String reason() {
        return reason;
    }

    /** A sentence the caller can act on. */
    public String advice() {
        return advice;
    }
}
