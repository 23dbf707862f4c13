package io.svcdht.node.net;

import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.StaticKey;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.FrameRead;
import io.svcdht.node.wire.oap.FrameReader;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;

/**
 * What both halves of the datagrams share: who we are, the conversations, and the way out. All of it belongs to one event
 * loop.
 *
 * @param own the key we agree on secrets with
 * @param counts for whoever looks
 * @param out sends bytes to an address
 */
record DatagramLocal(
        Local local,
        StaticKey own,
        NodeKeys keys,
        AesGcm gcm,
        Sessions sessions,
        DatagramCounts counts,
        BiConsumer<byte[], InetSocketAddress> out) {
    private static final byte[] PROTOCOL = "svc-dht/udp/1".getBytes(StandardCharsets.US_ASCII);

    /** Both sides put the same before the handshake, or it fails: protocol, network, and who is meant. */
    static byte[] prologue(String networkId, NodeKeys responder) {
        byte[] network = networkId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(PROTOCOL.length + network.length + 2 * Key.BYTES)
                .put(PROTOCOL)
                .put(network)
                .put(responder.ed25519().bytes())
                .put(responder.mlDsa87Hash().bytes())
                .array();
    }

    /** A key for one handshake. */
    StaticKey ephemeral() {
        byte[] secret = new byte[StaticKey.BYTES];
        local.random().nextBytes(secret);
        return StaticKey.of(secret);
    }

    /** A number for a conversation that nobody can guess and no other has. */
    int number(IntPredicate taken) {
        int number;
        do {
            number = local.random().nextInt();
        } while (taken.test(number) || sessions.isTaken(number));
        return number;
    }

    void send(Datagram datagram, InetSocketAddress to) {
        out.accept(datagram.encode(), to);
    }

    /** Says something in a conversation. */
    void say(Session s, byte[] frame) {
        send(s.seal(gcm, frame), s.to());
    }

    void count(DatagramEvent what) {
        counts.add(what);
        local.meter().datagram(what);
    }

    void junk() {
        count(DatagramEvent.JUNK);
    }

    /** The one frame that fills the bytes. */
    static Optional<Frame> frame(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        return new FrameReader(Datagram.BYTES_MAX, false).read(all) instanceof FrameRead.Whole(Frame f)
                        && !all.hasRemaining()
                ? Optional.of(f)
                : Optional.empty();
    }
}
