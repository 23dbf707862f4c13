package io.svcdht.node.wire;

import java.util.Optional;

/** How something is signed. Codes are on the wire: never reused. */
public enum SignatureAlgorithm {
    /** RFC 8032, 64 bytes. */
    ED25519(1, 64, "Ed25519"),
    /** FIPS 204, 4,627 bytes. */
    ML_DSA_87(2, 4_627, "ML-DSA-87");

    private final int code;
    private final int bytes;
    private final String text;

    SignatureAlgorithm(int code, int bytes, String text) {
        this.code = code;
        this.bytes = bytes;
        this.text = text;
    }

    public int code() {
        return code;
    }

    /** Its name, for people. */
    public String text() {
        return text;
    }

    /** Length of a signature, bytes. */
    public int bytes() {
        return bytes;
    }

    public static Optional<SignatureAlgorithm> ofCode(long code) {
        for (SignatureAlgorithm a : values()) {
            if (a.code == code) {
                return Optional.of(a);
            }
        }
        return Optional.empty();
    }
}
