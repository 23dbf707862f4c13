package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.noise.NoiseIk;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A conversation's first datagram: one question, which may be somebody's copy of it, so it may only read. */
final class CallLine implements Line {
    private static final int FRAME_BYTES_MAX = Datagram.BYTES_MAX - Datagram.RESP_HEADER - NoiseIk.RESPONSE_OVERHEAD;

    private final DatagramLocal d;
    private final Greeting greeting;
    private final PeerAddress from;
    private final Consumer<byte[]> respond;
    private boolean answered;

    CallLine(DatagramLocal d, Greeting greeting, InetSocketAddress from, Consumer<byte[]> respond) {
        this.d = d;
        this.greeting = greeting;
        this.from = AddressPolicy.of(from);
        this.respond = respond;
    }

    @Override
    public NodeKeys peer() {
        return greeting.keys();
    }

    @Override
    public PeerAddress remote() {
        return from;
    }

    @Override
    public boolean isClient() {
        return greeting.client();
    }

    @Override
    public boolean admits(Request request) {
        return request.opcode() != Opcode.PROVIDE;
    }

    @Override
    public boolean isCharged() {
        return true;
    }

    @Override
    public void beginAnswer() {
        // One question, one answer.
    }

    @Override
    public void answer(long corrId, Response response) {
        if (!answered) {
            answered = true;
            Fitted fitted = Fitted.of(response, corrId, FRAME_BYTES_MAX, true);
            if (fitted.cut()) {
                d.count(DatagramEvent.CUT);
            }
            respond.accept(fitted.frame());
        }
    }

    @Override
    public void refuse(long corrId, WireCode code, String why) {
        answer(corrId, new Response.Refused(Opcode.PING, code, why));
    }

    @Override
    public void refused(ErrorCode why) {
        d.local().meter().rejected(why);
    }

    @Override
    public void close(CloseReason why) {
        answered = true;
    }
}
