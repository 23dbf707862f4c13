package io.svcdht.node.http;

import io.svcdht.node.error.ErrorCode;
import java.util.Map;

/** A request that is answered with a problem. Carries no stack trace: strangers cause it as often as they like. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int status;
    private final transient Map<String, String> headers;
    private final String outcome;
    private final String quota;

    private ApiError(ErrorCode code, int status, String detail, Map<String, String> headers) {
        this(code, status, detail, headers, "", "");
    }

    private ApiError(
            ErrorCode code, int status, String detail, Map<String, String> headers, String outcome, String quota) {
        super(detail, null, false, false);
        this.code = code;
        this.status = status;
        this.headers = headers;
        this.outcome = outcome;
        this.quota = quota;
    }

    /** @param detail a sentence the caller can act on */
    static ApiError of(ErrorCode code, String detail) {
        return new ApiError(code, code.httpStatus(), detail, retryHeaders(code));
    }

    static ApiError badRequest(String detail) {
        return of(ErrorCode.BadRequest, detail);
    }

    /** @param quota which one is used up: {@code rps}, {@code bytes} or {@code inflight} */
    static ApiError overQuota(String quota, String detail) {
        ErrorCode code = ErrorCode.QuotaHit;
        return new ApiError(code, code.httpStatus(), detail, retryHeaders(code), "", quota);
    }

    ApiError withHeader(String name, String value) {
        return new ApiError(code, status, detail(), Map.of(name, value));
    }

    /** HTTP has a finer status than the table of errors, such as 431 for a head that is too large. */
    ApiError withStatus(int finer) {
        return new ApiError(code, finer, detail(), headers);
    }

    /** A lookup that ended without knowing says how. */
    ApiError withOutcome(String how) {
        return new ApiError(code, status, detail(), headers, how, quota);
    }

    /** Which quota is used up; empty = it is not about one. */
    String quota() {
        return quota;
    }

    /** Empty where there is none. */
    String outcome() {
        return outcome;
    }

    private static Map<String, String> retryHeaders(ErrorCode code) {
        return code.httpStatus() == 503 || code.httpStatus() == 429 ? Map.of("retry-after", "1") : Map.of();
    }

    ErrorCode code() {
        return code;
    }

    int status() {
        return status;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    Map<String, String> headers() {
        return headers;
    }
}
