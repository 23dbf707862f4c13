package io.svcdht.node.wire;

import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORObject;

/**
 * Deterministic CBOR, in and out. {@link CborScan} guards the library: its own canonical mode is that of CTAP2, which
 * ends at four levels, and a message with signed records has six.
 */
final class Cbor {
    private static final CBOREncodeOptions OPTIONS =
            new CBOREncodeOptions("allowduplicatekeys=false;resolvereferences=false");

    private Cbor() {}

    /**
     * Reads one item in its only form.
     *
     * @param bytesMax more than that is refused unread
     * @throws Malformed with the reason
     */
    static CBORObject decode(byte[] bytes, int bytesMax) throws Malformed {
        if (bytes.length > bytesMax) {
            throw new Malformed(Refusal.OVER_SIZE, "%d bytes; at most %d are read".formatted(bytes.length, bytesMax));
        }
        CborScan.check(bytes);
        return CBORObject.DecodeFromBytes(bytes, OPTIONS);
    }

    /** The only form; the library writes map keys in the order of their bytes. */
    static byte[] encode(CBORObject item) {
        return item.EncodeToBytes(OPTIONS);
    }
}
