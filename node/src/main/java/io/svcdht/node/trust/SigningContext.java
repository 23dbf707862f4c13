package io.svcdht.node.trust;

import java.nio.charset.StandardCharsets;

/**
 * What is signed. Each kind of document has a context of its own, so that a signature for one never passes for another:
 * signed is {@code context | 0 | body}.
 */
public enum SigningContext {
    NODE_RECORD("svc-dht/node-record/v1"),
    PROVIDER_RECORD("svc-dht/provider-record/v1"),
    /** The root of a batch of provider records. */
    RECORD_ROOT("svc-dht/record-root/v1"),
    /** The key of a TLS certificate, which then speaks for the node. */
    TLS_KEY("svc-dht/tls-key/v1");

    private final String text;

    SigningContext(String text) {
        this.text = text;
    }

    /** What stands before the body. */
    public String text() {
        return text;
    }

    /** The bytes to sign or to check. */
    public byte[] message(byte[] body) {
        byte[] context = text.getBytes(StandardCharsets.US_ASCII);
        byte[] message = new byte[context.length + 1 + body.length];
        System.arraycopy(context, 0, message, 0, context.length);
        System.arraycopy(body, 0, message, context.length + 1, body.length);
        return message;
    }
}
