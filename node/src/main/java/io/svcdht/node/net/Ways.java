package io.svcdht.node.net;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By which ways this node talks with its peers, taken at one moment.
 *
 * @param peers those of whom something stands, or is remembered
 * @param datagrams what this node does in datagrams; null = it has no socket for them
 */
public record Ways(Map<NodeId, Peer> peers, @Nullable Datagrams datagrams) {
    /** How the secret of a conversation in datagrams was agreed on. */
    public static final String NOISE = "Noise IK 25519";

    public static final Ways NONE = new Ways(Map.of(), null);

    public Ways {
        peers = Map.copyOf(peers);
    }

    public enum Way {
        DATAGRAMS,
        STREAM
    }

    /**
     * One peer.
     *
     * @param next what carries the next question that may go either way
     * @param stream how the secret of the stream to it was agreed on: the name of the group of TLS 1.3, {@code untold} where
     *     the engine does not tell; null = none stands
     * @param conversation in datagrams; null = none stands
     * @param streamsMillisLeft for so long it is asked by streams alone, for datagrams came to nothing; 0 = it is not
     */
    public record Peer(
            Way next, @Nullable String stream, @Nullable Conversation conversation, long streamsMillisLeft) {
        /** Of the stream, else of the conversation; null = neither stands. */
        public @Nullable String keyExchange() {
            return stream != null ? stream : conversation != null ? NOISE : null;
        }
    }

    /**
     * A conversation in datagrams.
     *
     * @param ours whether this node began it
     * @param at where the peer is
     * @param ageMillis of the keys it has now
     * @param heardMillisAgo how long ago the peer last said something
     * @param sent datagrams, under these keys
     * @param rekeys how often its keys made way for new ones
     * @param atHome whether the peer has shown that it receives where it is
     */
    public record Conversation(
            boolean ours, PeerAddress at, long ageMillis, long heardMillisAgo, long sent, int rekeys, boolean atHome) {}

    /**
     * What this node does in datagrams.
     *
     * @param conversations that stand
     * @param unconfirmed begun by others who have not shown yet that they hold the keys
     * @param begun by this node, not answered yet
     */
    public record Datagrams(int conversations, int unconfirmed, int begun, Cookies cookies, Counts counts) {}

    /**
     * Whether whoever begins has to show that it is where it says.
     *
     * @param initsThisSecond first datagrams meant for this node since the second began
     * @param initsCalm so many of a second are looked at before cookies are asked for
     */
    public record Cookies(boolean asked, int initsThisSecond, int initsCalm) {}

    /** What happened since the start, as {@code dht_datagrams_total} counts it. */
    public record Counts(
            long begun,
            long served,
            long cookiesSent,
            long cookiesReceived,
            long shed,
            long cut,
            long fallbacks,
            long junk) {}
}
