package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.quota.Verdict;
import io.svcdht.node.wire.oap.Opcode;

/** Counts what a transport's streams do, but not what is asked over them: whoever chose the way counts that. */
record Quiet(NetMeter all) implements NetMeter {
    @Override
    public void asked(Opcode op, String code) {}

    @Override
    public void inflight(Opcode op, int more) {}

    @Override
    public void served(Opcode op, String code) {
        all.served(op, code);
    }

    @Override
    public void handshakeFailed() {
        all.handshakeFailed();
    }

    @Override
    public void agreed(KeyExchange how) {
        all.agreed(how);
    }

    @Override
    public void rejected(ErrorCode why) {
        all.rejected(why);
    }

    @Override
    public void overQuota(Verdict what) {
        all.overQuota(what);
    }

    @Override
    public void refused(String who, String reason, String detail) {
        all.refused(who, reason, detail);
    }

    @Override
    public void opened() {
        all.opened();
    }

    @Override
    public void closed(CloseReason why) {
        all.closed(why);
    }

    @Override
    public void datagram(DatagramEvent what) {
        all.datagram(what);
    }
}
