package io.svcdht.node.noise;

import org.bouncycastle.math.ec.rfc7748.X25519;

/** The long-term X25519 key of one side; whoever holds it keeps it to itself. */
public interface StaticKey {
    int BYTES = 32;

    /** The public half, 32 bytes as RFC 7748 encodes them. */
    byte[] publicKey();

    /**
     * The secret shared with the holder of another key.
     *
     * @throws NoiseFailure if the other key is one of those that agree on the same secret with everybody
     */
    byte[] agree(byte[] theirs) throws NoiseFailure;

    /** One that is given as its private half. */
    static StaticKey of(byte[] privateKey) {
        byte[] secret = privateKey.clone();
        byte[] shown = new byte[BYTES];
        X25519.generatePublicKey(secret, 0, shown, 0);
        return new StaticKey() {
            @Override
            public byte[] publicKey() {
                return shown.clone();
            }

            @Override
            public byte[] agree(byte[] theirs) throws NoiseFailure {
                byte[] shared = new byte[BYTES];
                if (!X25519.calculateAgreement(secret, 0, theirs, 0, shared, 0)) {
                    throw new NoiseFailure("a key of low order");
                }
                return shared;
            }
        };
    }
}
