package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.wire.oap.Opcode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A meter one can look at. */
final class Counts implements NetMeter {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    private void add(String what, int n) {
        counts.merge(what, n, Integer::sum);
    }

    int of(String what) {
        return counts.getOrDefault(what, 0);
    }

    @Override
    public void asked(Opcode op, String code) {
        add("asked " + op + " " + code, 1);
    }

    @Override
    public void served(Opcode op, String code) {
        add("served " + op + " " + code, 1);
    }

    @Override
    public void inflight(Opcode op, int more) {
        add("inflight", more);
    }

    @Override
    public void handshakeFailed() {
        add("handshake failed", 1);
    }

    @Override
    public void agreed(KeyExchange how) {
        add("agreed " + how, 1);
    }

    @Override
    public void rejected(ErrorCode why) {
        add("rejected " + why, 1);
    }

    @Override
    public void refused(String who, String reason, String detail) {
        add("refused " + who + " " + reason, 1);
    }

    @Override
    public void opened() {
        add("opened", 1);
    }

    @Override
    public void closed(CloseReason why) {
        add("closed " + why, 1);
    }

    @Override
    public void datagram(DatagramEvent what) {
        add("datagram " + what, 1);
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
