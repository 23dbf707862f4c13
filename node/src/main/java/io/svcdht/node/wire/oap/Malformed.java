package io.svcdht.node.wire.oap;

import io.svcdht.node.wire.Refusal;

/** How a decoder stops inside this package; the edges of the package turn it into a value. */
final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final WireError why;

    Malformed(WireError why, String detail) {
        // No stack trace: a peer may cause thousands a second.
        super(detail, null, false, false);
        this.why = why;
    }

    /** What the scan of a payload says, in the words of this package. */
    static Malformed of(io.svcdht.node.wire.Malformed e) {
        return new Malformed(
                e.why() == Refusal.TOO_DEEP ? WireError.TooDeep : WireError.NotDeterministic,
                String.valueOf(e.getMessage()));
    }

    WireError why() {
        return why;
    }
}
