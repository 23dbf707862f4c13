package io.svcdht.node.net;

import io.svcdht.storage.model.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** How the two ends of a connection agreed on its secret (the named group of TLS 1.3). */
public enum KeyExchange {
    /** Hybrid: who breaks X25519 with a quantum computer still has ML-KEM-768 before him. */
    X25519MLKEM768("X25519MLKEM768"),
    X25519("X25519"),
    P256("P-256"),
    /** X25519 in datagrams. */
    NOISE("Noise IK 25519"),
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

    /** The same in words. */
    public static Map<NodeId, String> texts(Map<NodeId, KeyExchange> all) {
        Map<NodeId, String> texts = new HashMap<>();
        all.forEach((id, how) -> texts.put(id, how.text()));
        return texts;
    }

    static KeyExchange of(String group) {
        return Arrays.stream(values())
                .filter(k -> k.text.equals(group))
                .findFirst()
                .orElse(UNTOLD);
    }
}
