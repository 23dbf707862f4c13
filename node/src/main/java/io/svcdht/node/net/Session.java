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
 * we began    CONFIRMED from the answer on; the peer is where we asked it
 * they began  UNCONFIRMED: their INIT could have been anybody's copy ──a DATA that decrypts──▶ CONFIRMED
 *             AT HOME: where our answer went, which they have read
 *             AWAY: where their newest DATA came from; it is sent no more than came from there
 * </pre>
 *
 * <p>Whoever has the keys can write any address into a datagram. Only at home has a peer shown that it receives.
 */
final class Session {
    /** Datagrams, or nanoseconds, after which new keys are agreed on. */
    static final long SENT_MAX = 1L << 20;

    static final long AGE_NANOS_MAX = 600_000_000_000L;
    static final long IDLE_NANOS_MAX = 300_000_000_000L;

    private static final int REFUSED_MAX = 32;
    private static final long MILLI_NANOS = 1_000_000L;
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final int own;
    private final int theirs;
    private final NodeKeys peer;
    private final boolean client;
    /** Of what we send, then of what we receive; bytes, for there are many conversations. */
    private final byte[] keys = new byte[2 * AesGcm.KEY_BYTES];

    private final ReplayWindow window = new ReplayWindow();
    private final long bornNanos;
    private final PeerAddress home;
    private final boolean follows;
    private PeerAddress at;
    /** Bytes that may still go to where the peer is. */
    private long credit = UNLIMITED;

    private long sent;
    private long heardNanos;
    private boolean confirmed;
    private int answering;
    private int refused;
    /** Conversations with the peer whose place this one took, one after the other. */
    private int rekeys;

    /**
     * One whose keys are agreed on.
     *
     * @param own number of it on this side
     * @param theirs number of it on the other
     * @param client whether the peer listens nowhere
     * @param home where the peer has shown that it receives, or will have when it is confirmed
     * @param confirmed whether the other side has shown that it has the keys, as it has if we began
     */
    Session(
            int own,
            int theirs,
            NodeKeys peer,
            boolean client,
            SecretKeySpec sending,
            SecretKeySpec receiving,
            InetSocketAddress home,
            boolean confirmed,
            long nowNanos) {
        this.own = own;
        this.theirs = theirs;
        this.peer = peer;
        this.client = client;
        System.arraycopy(sending.getEncoded(), 0, keys, 0, AesGcm.KEY_BYTES);
        System.arraycopy(receiving.getEncoded(), 0, keys, AesGcm.KEY_BYTES, AesGcm.KEY_BYTES);
        this.home = AddressPolicy.of(home);
        this.at = this.home;
        this.confirmed = confirmed;
        this.follows = !confirmed;
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
        return AddressPolicy.socket(at).orElseThrow();
    }

    /** Whether the peer has shown that it receives where it is. */
    boolean isAtHome() {
        return credit == UNLIMITED;
    }

    /** The longest frame that may be sent now. */
    int frameBytesMax() {
        return (int) Math.min(credit, Datagram.BYTES_MAX) - Datagram.DATA_HEADER - AesGcm.TAG_BYTES;
    }

    /** Whether the peer may be asked over it, or new keys are due. */
    boolean isFresh(long nowNanos) {
        return confirmed && isAtHome() && sent < SENT_MAX && nowNanos - bornNanos < AGE_NANOS_MAX;
    }

    boolean isOver(long nowNanos) {
        // What is under way when new keys are due still arrives.
        return nowNanos - heardNanos > IDLE_NANOS_MAX || nowNanos - bornNanos > 2 * AGE_NANOS_MAX;
    }

    /** From now on the peer is asked over this one. */
    void replaces(Session before) {
        rekeys = before.rekeys + 1;
    }

    /** As whoever operates this node sees it. */
    Ways.Conversation seen(long nowNanos) {
        return new Ways.Conversation(
                !follows,
                at,
                (nowNanos - bornNanos) / MILLI_NANOS,
                (nowNanos - heardNanos) / MILLI_NANOS,
                sent,
                rekeys,
                isAtHome());
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
        byte[] sealed = gcm.seal(AesGcm.key(keys, 0), counter, Datagram.Data.header(theirs, counter), frame);
        if (!isAtHome()) {
            credit -= Datagram.DATA_HEADER + sealed.length;
        }
        return new Datagram.Data(theirs, counter, sealed);
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
            frame = gcm.open(
                    AesGcm.key(keys, AesGcm.KEY_BYTES), data.counter(), data.header(), ByteBuffer.wrap(data.sealed()));
        } catch (NoiseFailure e) {
            return Optional.empty();
        }
        boolean newest = data.counter() > window.highest();
        window.take(data.counter());
        heardNanos = nowNanos;
        confirmed = true;
        if (follows) {
            cameFrom(AddressPolicy.of(from), newest, Datagram.DATA_HEADER + data.sealed().length);
        }
        return Optional.of(frame);
    }

    private void cameFrom(PeerAddress from, boolean newest, int bytes) {
        if (newest && !from.equals(at)) {
            at = from;
            credit = from.equals(home) ? UNLIMITED : bytes;
        } else if (!isAtHome() && from.equals(at)) {
            credit += bytes;
        }
    }
}
