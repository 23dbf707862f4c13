package io.svcdht.node.net;

import java.util.Arrays;

/** How the two ends of a connection agreed on its secret (the named group of TLS 1.3). */
public enum KeyExchange {
    /** Hybrid: who breaks X25519 with a quantum computer still has ML-KEM-768 before him. */
    X25519MLKEM768("X25519MLKEM768"),
    X25519("X25519"),
    P256("P-256"),
    /** X25519 in datagrams. */
    NOISE(Ways.NOISE),
    /** The JDK's engine does not tell, and knows no hybrid one. */
    UNTOLD("untold");

    private final String text;

    KeyExchange(String text) {
        this.text = text;
    }

    /** The name BoringSSL and the register of IANA have for it, or close to it. */
    public String text() {
        return text;
    }

    public boolean hybrid() {
        return this == X25519MLKEM768;
    }

    static KeyExchange of(String group) {
        return Arrays.stream(values())
                .filter(k -> k.text.equals(group))
                .findFirst()
                .orElse(UNTOLD);
    }
}
