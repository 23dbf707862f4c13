package io.svcdht.node.net;

import io.svcdht.node.noise.StaticKey;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.SigningContext;
import io.svcdht.storage.model.NodeKeys;

/** Who this node is to others, and the two things a transport needs of its private keys. */
public interface PeerIdentity {
    NodeKeys keys();

    /**
     * The Ed25519 signature (RFC 8032, 64 bytes) that lets a TLS key speak for this node.
     *
     * @param spki the key as a SubjectPublicKeyInfo; signed in the context {@link SigningContext#TLS_KEY}
     */
    byte[] signTlsKey(byte[] spki);

    /** The X25519 key that belongs to the Ed25519 one, to agree on secrets with. */
    StaticKey noiseKey();

    static PeerIdentity of(NodeIdentity node) {
        return new PeerIdentity() {
            @Override
            public NodeKeys keys() {
                return node.keys();
            }

            @Override
            public byte[] signTlsKey(byte[] spki) {
                return node.signEd25519(SigningContext.TLS_KEY, spki).bytes();
            }

            @Override
            public StaticKey noiseKey() {
                return StaticKey.of(node.x25519Private());
            }
        };
    }
}
