package io.svcdht.node.wire.oap;

/** Why bytes of a peer are refused. A closed set, so that it may label a metric and end a sentence of a log. */
public enum WireError {
    /** A frame says it is shorter than its own header. */
    TooShort(WireCode.BadVersion),
    /** A frame is longer than was agreed. */
    TooLong(WireCode.FrameTooLarge),
    WrongVersion(WireCode.BadVersion),
    UnknownFlag(WireCode.BadVersion),
    /** Not exactly one of REQ, RESP and EVENT. */
    NoKind(WireCode.BadVersion),
    CapWithoutStart(WireCode.BadVersion),
    /** The capability does not fit the frame it is in. */
    CapTooLong(WireCode.BadVersion),
    /** Compressed, though HELLO did not offer to inflate. */
    CompNotOffered(WireCode.BadVersion),
    BadCompression(WireCode.BadVersion),
    InflatedTooLarge(WireCode.FrameTooLarge),
    /** The stream ended inside a frame. */
    Cut(WireCode.BadVersion),
    /** Not CBOR, or not the one deterministic form of it. */
    NotDeterministic(WireCode.BadVersion),
    TooDeep(WireCode.BadVersion),
    /** More items, or a longer one, than the field takes. */
    TooMany(WireCode.BadVersion),
    /** Well-formed, but no message: a field is missing, of another type, or out of range. */
    NoMessage(WireCode.BadVersion),
    UnknownOpcode(WireCode.BadVersion),
    /** The response's code is none of the closed set. */
    UnknownCode(WireCode.BadVersion),
    BadHello(WireCode.BadVersion);

    private final WireCode answer;

    WireError(WireCode answer) {
        this.answer = answer;
    }

    /** What to answer a request that has this error. */
    public WireCode answer() {
        return answer;
    }
}
