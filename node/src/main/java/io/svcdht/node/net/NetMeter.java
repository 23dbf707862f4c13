package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.quota.Verdict;
import io.svcdht.node.wire.oap.Opcode;

/** What a transport counts. Cheap, and callable from any thread. Labels come from closed sets. */
public interface NetMeter {
    /** A request of ours ended: the name of a wire code, or of a {@link Failure}. */
    void asked(Opcode op, String code);

    /** A request of a peer's was answered with the wire code of that name. */
    void served(Opcode op, String code);

    /** So many more requests of ours are under way, or fewer. */
    void inflight(Opcode op, int more);

    void handshakeFailed();

    /** A handshake ended with a node of this protocol. */
    void agreed(KeyExchange how);

    /** A peer's request, frame or address was refused before it cost much. */
    void rejected(ErrorCode why);

    /** A request was refused as one too many; counts as rejected, too. */
    default void overQuota(Verdict what) {
        rejected(ErrorCode.QuotaHit);
    }

    /**
     * Who it was that was refused, beside what is counted.
     *
     * @param who a node id, or an address where nobody knows more
     * @param reason from a closed set
     * @param detail a sentence
     */
    default void refused(String who, String reason, String detail) {}

    /** A connection stands. */
    void opened();

    /** One that stood has ended. */
    void closed(CloseReason why);

    /** Something happened with datagrams. */
    default void datagram(DatagramEvent what) {}

    /** Counts nothing. */
    NetMeter NONE = new NetMeter() {
        @Override
        public void asked(Opcode op, String code) {}

        @Override
        public void served(Opcode op, String code) {}

        @Override
        public void inflight(Opcode op, int more) {}

        @Override
        public void handshakeFailed() {}

        @Override
        public void agreed(KeyExchange how) {}

        @Override
        public void rejected(ErrorCode why) {}

        @Override
        public void opened() {}

        @Override
        public void closed(CloseReason why) {}
    };
}
