package io.svcdht.node.multiaddr;

import io.svcdht.storage.model.Cid;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.Multibase;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who a peer is in libp2p (libp2p/specs, peer-ids): the multihash of its public key in protobuf, or, where that takes no
 * more than 42 bytes, the protobuf itself in the place of a hash. An Ed25519 key is such a short one:
 *
 * <pre>
 * 00 identity | 24 length 36 | 08 01 Type = Ed25519 | 12 20 Data, 32 bytes | the public key
 * </pre>
 */
public final class PeerId {
    private static final byte[] ED25519_HEAD = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
    /** A key that takes more is hashed. */
    private static final int IDENTITY_BYTES_MAX = 42;
    /** Longer than any text of a peer id. */
    private static final int CHARS_MAX = 128;

    private final byte[] multihash;
    private final String text;

    private PeerId(byte[] multihash) {
        this.multihash = multihash;
        this.text = Multibase.toBase58btc(multihash);
    }

    /** Of a node: every one of ours has an Ed25519 key. */
    public static PeerId of(Key ed25519) {
        byte[] multihash = Arrays.copyOf(ED25519_HEAD, ED25519_HEAD.length + Key.BYTES);
        System.arraycopy(ed25519.bytes(), 0, multihash, ED25519_HEAD.length, Key.BYTES);
        return new PeerId(multihash);
    }

    /** Reads a multihash in base58btc without a prefix, or a CIDv1 that says it is a libp2p key; empty for all else. */
    public static Optional<PeerId> parse(String text) {
        if (text.length() > CHARS_MAX) {
            return Optional.empty();
        }
        Optional<byte[]> multihash = text.startsWith("1") || text.startsWith("Qm")
                ? Multibase.base58btc(text)
                : Cid.parse(text)
                        .filter(c -> c.version() == 1 && c.codec() == Cid.CODEC_LIBP2P_KEY)
                        .map(Cid::multihash);
        return multihash.filter(PeerId::isOfPeer).map(PeerId::new);
    }

    private static boolean isOfPeer(byte[] multihash) {
        if (multihash.length < 3 || multihash[1] != multihash.length - 2) {
            return false;
        }
        return switch (multihash[0]) {
            case Cid.HASH_IDENTITY -> multihash[1] <= IDENTITY_BYTES_MAX;
            case Cid.HASH_SHA2_256 -> multihash[1] == 32;
            default -> false;
        };
    }

    /** The public key, if it is an Ed25519 key, which all nodes of ours have. */
    public Optional<Key> ed25519() {
        boolean is = multihash.length == ED25519_HEAD.length + Key.BYTES
                && Arrays.equals(multihash, 0, ED25519_HEAD.length, ED25519_HEAD, 0, ED25519_HEAD.length);
        return is ? Optional.of(Key.of(multihash, ED25519_HEAD.length)) : Optional.empty();
    }

    public byte[] multihash() {
        return multihash.clone();
    }

    /** In base58btc, as {@code 12D3Koo…}. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof PeerId p && text.equals(p.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
