package io.svcdht.node.net;

import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.NoiseFailure;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * A conversation in datagrams, after its handshake. Only for the transport's event loop.
 *
 * <pre>
 * we began   CONFIRMED from the answer on
 * they began UNCONFIRMED: their INIT could have been anybody's copy ──a DATA that decrypts──▶ CONFIRMED
 * </pre>
 */
final class Session {
    /** Datagrams, or nanoseconds, after which new keys are agreed on. */
    static final long SENT_MAX = 1L << 20;

    static final long AGE_NANOS_MAX = 600_000_000_000L;
    static final long IDLE_NANOS_MAX = 300_000_000_000L;

    private static final int REFUSED_MAX = 32;

    private final int own;
    private final int theirs;
    private final NodeKeys peer;
    private final boolean client;
    private final SecretKeySpec sending;
    private final SecretKeySpec receiving;
    private final ReplayWindow window = new ReplayWindow();
    private final long bornNanos;
    private InetSocketAddress to;
    private PeerAddress at;
    private long sent;
    private long heardNanos;
    private boolean confirmed;
    private int answering;
    private int refused;

    /**
     * One whose keys are agreed on.
     *
     * @param own number of it on this side
     * @param theirs number of it on the other
     * @param client whether the peer listens nowhere
     * @param confirmed whether the other side has shown that it has the keys
     */
    Session(
            int own,
            int theirs,
            NodeKeys peer,
            boolean client,
            SecretKeySpec sending,
            SecretKeySpec receiving,
            InetSocketAddress to,
            boolean confirmed,
            long nowNanos) {
        this.own = own;
        this.theirs = theirs;
        this.peer = peer;
        this.client = client;
        this.sending = sending;
        this.receiving = receiving;
        this.to = to;
        this.at = AddressPolicy.of(to);
        this.confirmed = confirmed;
        bornNanos = nowNanos;
        heardNanos = nowNanos;
    }

    int own() {
        return own;
    }

    NodeKeys peer() {
        return peer;
    }

    boolean isClient() {
        return client;
    }

    boolean isConfirmed() {
        return confirmed;
    }

    PeerAddress at() {
        return at;
    }

    InetSocketAddress to() {
        return to;
    }

    /** Whether the peer may be asked over it, or new keys are due. */
    boolean isFresh(long nowNanos) {
        return confirmed && sent < SENT_MAX && nowNanos - bornNanos < AGE_NANOS_MAX;
    }

    boolean isOver(long nowNanos) {
        // What is under way when new keys are due still arrives.
        return nowNanos - heardNanos > IDLE_NANOS_MAX || nowNanos - bornNanos > 2 * AGE_NANOS_MAX;
    }

    void beginAnswer() {
        answering++;
    }

    void endAnswer() {
        answering--;
    }

    /** Requests of the peer's that are being answered. */
    int answering() {
        return answering;
    }

    /** A frame was refused; whether nobody believes in a mistake any more. */
    boolean refused() {
        return ++refused >= REFUSED_MAX;
    }

    Datagram.Data seal(AesGcm gcm, byte[] frame) {
        long counter = sent++;
        return new Datagram.Data(
                theirs, counter, gcm.seal(sending, counter, Datagram.Data.header(theirs, counter), frame));
    }

    /**
     * Decrypts; the newest of all moves the conversation to the address it came from.
     *
     * @return empty for a copy, or what is nobody's
     */
    Optional<byte[]> open(AesGcm gcm, Datagram.Data data, InetSocketAddress from, long nowNanos) {
        if (!window.isNew(data.counter())) {
            return Optional.empty();
        }
        byte[] frame;
        try {
            frame = gcm.open(receiving, data.counter(), data.header(), ByteBuffer.wrap(data.sealed()));
        } catch (NoiseFailure e) {
            return Optional.empty();
        }
        boolean newest = data.counter() > window.highest();
        window.take(data.counter());
        heardNanos = nowNanos;
        confirmed = true;
        if (newest && !from.equals(to)) {
            to = from;
            at = AddressPolicy.of(from);
        }
        return Optional.of(frame);
    }
}
