package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;

/** Questions over a conversation that stands; two of the same one are equal. */
record SessionLine(DatagramLocal d, Session session) implements Line {
    @Override
    public NodeKeys peer() {
        return session.peer();
    }

    @Override
    public PeerAddress remote() {
        return session.at();
    }

    @Override
    public boolean isClient() {
        return session.isClient();
    }

    @Override
    public boolean admits(Request request) {
        return true;
    }

    @Override
    public boolean isCharged() {
        return false;
    }

    @Override
    public void beginAnswer() {
        session.beginAnswer();
    }

    @Override
    public void answer(long corrId, Response response) {
        session.endAnswer();
        send(corrId, response);
    }

    private void send(long corrId, Response response) {
        Fitted fitted = Fitted.of(response, corrId, session.frameBytesMax(), session.isAtHome());
        if (fitted.cut()) {
            d.count(DatagramEvent.CUT);
        }
        if (fitted.frame().length <= session.frameBytesMax()) {
            d.say(session, fitted.frame());
        }
    }

    @Override
    public void refuse(long corrId, WireCode code, String why) {
        send(corrId, new Response.Refused(Opcode.PING, code, why));
    }

    @Override
    public void refused(ErrorCode why) {
        d.local().meter().rejected(why);
        if (session.refused()) {
            close(CloseReason.BadFrame);
        }
    }

    @Override
    public void close(CloseReason why) {
        d.sessions().remove(session);
    }
}
