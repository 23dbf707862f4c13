package io.svcdht.node.net;

/**
 * What peers may cost (contracts §4). Tests hand in smaller ones.
 *
 * @param dialMillis TCP, TLS and, for who was dialled, the greeting, together
 * @param idleMillis a connection without a word is closed after this long unless it is kept warm; a frame, or what the
 *     peer has to read, may take this long too
 * @param staggerMillis head start of an address over the next one (RFC 8305)
 * @param connectionsMax open at once, both directions
 * @param connectionsIpMax of those, from one /32 or /56
 * @param handshakesMax handshakes of callers at once
 * @param inflightMax requests of peers being answered at once, all together
 * @param inflightPeerMax of those, of one connection; behind it, nothing more is read
 * @param rpsPeer requests a second of one peer
 * @param rpsIp of one /32 or /56, new connections included
 * @param rpsGlobal all together
 * @param dialBackMillis an address is called back at most once in this time
 * @param answerMillisMax how long an answer may take at most, whatever the asker's budget
 * @param bytes how much requests may weigh
 */
public record NetLimits(
        int dialMillis,
        int idleMillis,
        int staggerMillis,
        int connectionsMax,
        int connectionsIpMax,
        int handshakesMax,
        int inflightMax,
        int inflightPeerMax,
        int rpsPeer,
        int rpsIp,
        int rpsGlobal,
        long dialBackMillis,
        int answerMillisMax,
        Bytes bytes) {
    /** Those of the contract. */
    public static final NetLimits STANDARD =
            new NetLimits(1_500, 5_000, 250, 256, 64, 64, 512, 64, 100, 200, 6_000, 600_000, 10_000, Bytes.STANDARD);

    /**
     * How much the requests of a second may weigh.
     *
     * @param peer those of one peer
     * @param ip of one /32 or /56
     * @param global all together
     */
    public record Bytes(long peer, long ip, long global) {
        public static final Bytes STANDARD = new Bytes(4 << 20, 8 << 20, 64 << 20);
    }

    /** The same with other weights. */
    public NetLimits withBytes(Bytes newBytes) {
        return new NetLimits(
                dialMillis,
                idleMillis,
                staggerMillis,
                connectionsMax,
                connectionsIpMax,
                handshakesMax,
                inflightMax,
                inflightPeerMax,
                rpsPeer,
                rpsIp,
                rpsGlobal,
                dialBackMillis,
                answerMillisMax,
                newBytes);
    }

    /** The same with other times. */
    public NetLimits withPatience(int newDialMillis, int newIdleMillis, int newAnswerMillisMax) {
        return new NetLimits(
                newDialMillis,
                newIdleMillis,
                staggerMillis,
                connectionsMax,
                connectionsIpMax,
                handshakesMax,
                inflightMax,
                inflightPeerMax,
                rpsPeer,
                rpsIp,
                rpsGlobal,
                dialBackMillis,
                newAnswerMillisMax,
                bytes);
    }

    /** The same with other numbers of connections. */
    public NetLimits withConnections(int newConnectionsMax, int newConnectionsIpMax) {
        return new NetLimits(
                dialMillis,
                idleMillis,
                staggerMillis,
                newConnectionsMax,
                newConnectionsIpMax,
                handshakesMax,
                inflightMax,
                inflightPeerMax,
                rpsPeer,
                rpsIp,
                rpsGlobal,
                dialBackMillis,
                answerMillisMax,
                bytes);
    }

    /** The same with another number of handshakes at once. */
    public NetLimits withHandshakes(int newHandshakesMax) {
        return new NetLimits(
                dialMillis,
                idleMillis,
                staggerMillis,
                connectionsMax,
                connectionsIpMax,
                newHandshakesMax,
                inflightMax,
                inflightPeerMax,
                rpsPeer,
                rpsIp,
                rpsGlobal,
                dialBackMillis,
                answerMillisMax,
                bytes);
    }

    /** The same with other rates. */
    public NetLimits withRates(int newRpsPeer, int newRpsIp, int newRpsGlobal) {
        return new NetLimits(
                dialMillis,
                idleMillis,
                staggerMillis,
                connectionsMax,
                connectionsIpMax,
                handshakesMax,
                inflightMax,
                inflightPeerMax,
                newRpsPeer,
                newRpsIp,
                newRpsGlobal,
                dialBackMillis,
                answerMillisMax,
                bytes);
    }

    /** The same with other numbers of requests at once. */
    public NetLimits withInflight(int newInflightMax, int newInflightPeerMax) {
        return new NetLimits(
                dialMillis,
                idleMillis,
                staggerMillis,
                connectionsMax,
                connectionsIpMax,
                handshakesMax,
                newInflightMax,
                newInflightPeerMax,
                rpsPeer,
                rpsIp,
                rpsGlobal,
                dialBackMillis,
                answerMillisMax,
                bytes);
    }
}
