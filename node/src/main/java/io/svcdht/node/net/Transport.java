package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Request;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How this node reaches others. Every transport passes one contract suite. All methods may be called from any thread;
 * futures never fail: what goes wrong is a {@link Reply.Failed}. They complete on the transport's own thread, which must
 * not be held up.
 */
public interface Transport {
    /**
     * Asks a peer, over a connection there is or a new one. The reply is the peer's: whoever answered has proved to hold
     * the contact's Ed25519 key.
     *
     * @param timeoutMillis for everything, dialling included
     */
    CompletableFuture<Reply> ask(Contact peer, Request request, int timeoutMillis);

    /** Reaches whoever listens there, as one does a seed whose keys are not known; the addresses are tried in turn. */
    CompletableFuture<Dialled> dial(List<PeerAddress> addresses);

    /** From now on connections to these, once there, are kept though nothing is said; all others may go when idle. */
    void keepWarm(Collection<NodeId> peers);

    /** The deny list changed: connections to whom it refuses end at once. */
    void bansChanged();

    /** Where this node listens, empty for a client. */
    Optional<PeerAddress> listens();

    /** Connections that stand. */
    int connections();

    /**
     * By which ways it talks with peers: with these, with all to whom a connection stands, and with some more.
     *
     * @param others so many of those at most with whom it is in conversation beside these, who were heard of last first
     */
    CompletableFuture<Ways> ways(Collection<NodeId> peers, int others);

    /** What it offers peers, in words for {@code /version}: the key exchange it puts first, and whether it talks in datagrams. */
    List<String> features();

    /** Ends every connection; requests under way fail as {@link Failure#Stopped}. */
    CompletableFuture<Void> close();
}
