package io.svcdht.node.discovery;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A node's discovery record (ENR, EIP-778) whose signature was found right, as far as it concerns us. Entries are as they
 * came; absent ones are empty.
 *
 * @param nodeId of the discovery protocol, hex: who it is there
 * @param sequence a later record of the same node has a higher one
 * @param network entry {@code svcdht}
 * @param ed25519 entry {@code ed25519}
 * @param mlDsa87Hash entry {@code mldsa87}
 * @param streams where it says it listens for peers: entries {@code ip} and {@code tcp}, {@code ip6} and {@code tcp6}
 */
public record FoundRecord(
        String nodeId,
        long sequence,
        Optional<Octets> network,
        Optional<Octets> ed25519,
        Optional<Octets> mlDsa87Hash,
        List<InetSocketAddress> streams) {
    public FoundRecord {
        streams = List.copyOf(streams);
    }
}
