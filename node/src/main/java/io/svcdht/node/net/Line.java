package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;

/** Where a peer's requests come from, and its answers go. Only for the transport's event loop. */
interface Line {
    /** What the peer has proved to hold. */
    NodeKeys peer();

    /** Of the other side: where it was dialled, or where it came from. */
    PeerAddress remote();

    /** Whether the peer listens nowhere. */
    boolean isClient();

    /** Whether a request may come this way at all; what may not is met with silence. */
    boolean admits(Request request);

    /** Whether what comes this way was counted against a quota before it was decrypted. */
    boolean isCharged();

    /** One more request of the peer's is being answered. */
    void beginAnswer();

    void answer(long corrId, Response response);

    /** Answers with a code and why. */
    void refuse(long corrId, WireCode code, String why);

    /** A frame, or what is in it, was refused: once is a mistake. */
    void refused(ErrorCode why);

    /** Ends the line; later calls do nothing. */
    void close(CloseReason why);
}
