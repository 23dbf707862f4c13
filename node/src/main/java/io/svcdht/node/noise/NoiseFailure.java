package io.svcdht.node.noise;

/** A message that does not decrypt, is too short, or agrees on a secret everybody knows. Says no more than that. */
public final class NoiseFailure extends Exception {
    private static final long serialVersionUID = 1L;

    NoiseFailure(String message) {
        // Strangers cause them by the thousand: no stack trace.
        super(message, null, false, false);
    }
}
