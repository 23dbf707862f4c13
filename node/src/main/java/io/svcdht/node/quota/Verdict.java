package io.svcdht.node.quota;

/** What a quota says to one more request; what it lacks names the quota in answers and metrics (contracts §7). */
public enum Verdict {
    PASSED,
    /** Too many requests a second. */
    RPS,
    /** Too many bytes a second. */
    BYTES,
    /** Too many at once. */
    INFLIGHT
}
