package io.svcdht.node.discovery;

import io.svcdht.node.Discovery.Refusal;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a record that was heard may lead to. It proves nothing of the node it names: whoever is there is asked for the keys
 * before anything is believed.
 */
public final class RecordJudge {
    private final Octets network;
    private final Key self;
    private final Predicate<PeerAddress> admits;

    /**
     * @param self our own Ed25519 key
     * @param admits addresses that this node would call
     */
    public RecordJudge(String networkId, Key self, Predicate<PeerAddress> admits) {
        this.network = OurEntries.network(networkId);
        this.self = self;
        this.admits = admits;
    }

    /** What was found of a record. */
    public sealed interface Verdict {
        /** To be called there and asked for these keys. */
        record Call(Contact contact) implements Verdict {}

        record Refused(Refusal why) implements Verdict {}

        /** This node's own. */
        record Ourselves() implements Verdict {}
    }

    /** Whether this node would call there, or send a datagram. */
    public boolean admits(InetSocketAddress at) {
        return address(at).filter(admits).isPresent();
    }

    public Verdict judge(FoundRecord record, DenyList denied) {
        if (!record.network().equals(Optional.of(network))) {
            return new Verdict.Refused(Refusal.NETWORK);
        }
        NodeKeys keys;
        try {
            keys = OurEntries.keys(record);
        } catch (IllegalArgumentException e) {
            return new Verdict.Refused(Refusal.MALFORMED);
        }
        if (keys.ed25519().equals(self)) {
            return new Verdict.Ourselves();
        }
        List<PeerAddress> named = record.streams().stream()
                .map(RecordJudge::address)
                .flatMap(Optional::stream)
                .toList();
        if (named.isEmpty()) {
            return new Verdict.Refused(Refusal.MALFORMED);
        }
        List<PeerAddress> within = named.stream().filter(admits).toList();
        if (within.isEmpty()) {
            return new Verdict.Refused(Refusal.ADDRESS);
        }
        Contact contact = new Contact(keys, within, 0);
        return denied.refuses(contact) ? new Verdict.Refused(Refusal.BANNED) : new Verdict.Call(contact);
    }

    /** Empty for port 0, and for what is no address to dial. */
    public static Optional<PeerAddress> address(InetSocketAddress at) {
        if (at.getAddress() == null || at.getPort() == 0) {
            return Optional.empty();
        }
        byte[] ip = at.getAddress().getAddress();
        try {
            return Optional.of(PeerAddress.ofBytes(ByteBuffer.allocate(ip.length + Short.BYTES)
                    .put(ip)
                    .putShort((short) at.getPort())
                    .array()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
