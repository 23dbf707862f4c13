package io.svcdht.node.net;

import io.svcdht.node.noise.StaticKey;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** A node's keys, made from a name. */
record TestIdentity(Ed25519PrivateKeyParameters secret, NodeKeys keys) implements PeerIdentity {
    static TestIdentity of(String name) {
        byte[] seed = Blake3.hash(name.getBytes(StandardCharsets.UTF_8));
        Ed25519PrivateKeyParameters secret = new Ed25519PrivateKeyParameters(seed);
        Key ed = Key.of(secret.generatePublicKey().getEncoded());
        return new TestIdentity(secret, NodeKeys.of(ed, Key.of(Blake3.hash(seed))));
    }

    @Override
    public byte[] signTlsKey(byte[] spki) {
        byte[] message = io.svcdht.node.trust.SigningContext.TLS_KEY.message(spki);
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, secret);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    @Override
    public StaticKey noiseKey() {
        byte[] scalar = new byte[64];
        SHA512Digest sha = new SHA512Digest();
        sha.update(secret.getEncoded(), 0, 32);
        sha.doFinal(scalar, 0);
        byte[] half = Arrays.copyOf(scalar, 32);
        X25519.clampPrivateKey(half);
        return StaticKey.of(half);
    }
}
