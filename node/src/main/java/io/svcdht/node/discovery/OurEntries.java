package io.svcdht.node.discovery;

import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a record of ours says besides where to send datagrams. With the entries of EIP-778 for an IPv6 address, and signed,
 * it comes to less than 290 of the 300 bytes a record may have.
 *
 * <pre>
 * svcdht    BLAKE3-256( "svc-dht/discv5/network/v1" | network id ), its first 16 bytes
 * ed25519   the key of contracts §1, 32
 * mldsa87   BLAKE3-256 of the ML-DSA-87 key, 32; left out by a classical-only node
 * </pre>
 */
public final class OurEntries {
    public static final String NETWORK = "svcdht";
    public static final String ED25519 = "ed25519";
    public static final String ML_DSA_87 = "mldsa87";

    private static final byte[] CONTEXT = "svc-dht/discv5/network/v1".getBytes(StandardCharsets.US_ASCII);
    private static final int NETWORK_BYTES = 16;

    private OurEntries() {}

    /** What stands for a network: ids of up to 255 characters do not fit. */
    public static Octets network(String networkId) {
        byte[] id = networkId.getBytes(StandardCharsets.UTF_8);
        byte[] both = Arrays.copyOf(CONTEXT, CONTEXT.length + id.length);
        System.arraycopy(id, 0, both, CONTEXT.length, id.length);
        return Octets.of(Arrays.copyOf(Blake3.hash(both), NETWORK_BYTES));
    }

    /** By name. */
    public static Map<String, Octets> of(NodeKeys keys, String networkId) {
        Map<String, Octets> entries = new LinkedHashMap<>();
        entries.put(NETWORK, network(networkId));
        entries.put(ED25519, Octets.of(keys.ed25519().bytes()));
        if (!keys.classicalOnly()) {
            entries.put(ML_DSA_87, Octets.of(keys.mlDsa87Hash().bytes()));
        }
        return entries;
    }

    /** @throws IllegalArgumentException if they are no keys of a node */
    static NodeKeys keys(FoundRecord record) {
        Key ed = key(record.ed25519().orElseThrow(() -> new IllegalArgumentException("no Ed25519 key")));
        return record.mlDsa87Hash().isPresent()
                ? NodeKeys.of(ed, key(record.mlDsa87Hash().get()))
                : NodeKeys.classical(ed);
    }

    private static Key key(Octets octets) {
        if (octets.length() != Key.BYTES) {
            throw new IllegalArgumentException("a key of %d bytes".formatted(octets.length()));
        }
        return Key.of(octets.bytes());
    }
}
