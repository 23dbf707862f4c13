package io.svcdht.node.wire;

import com.upokecenter.cbor.CBORObject;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The signatures over the root of a batch, as they travel once a message.
 *
 * <pre>
 * [{alg: 1, sig: 64 bytes}, {alg: 2, sig: 4,627 bytes, key: 2,592 bytes}]
 * </pre>
 *
 * <p>{@code key} is the publisher's whole ML-DSA-87 key; left out where the message has it with another root, and in the
 * journal, which keeps it once. Entries of other algorithms are passed over.
 */
public record RootSignatures(
        Signature.Direct ed25519,
        Signature.Direct mlDsa87,
        @Nullable MlDsa87Key key) {
    /** Longest form that is read, bytes. */
    public static final int BYTES_MAX = 8_192;

    public RootSignatures {
        if (ed25519.algorithm() != SignatureAlgorithm.ED25519 || mlDsa87.algorithm() != SignatureAlgorithm.ML_DSA_87) {
            throw new IllegalArgumentException("a root is signed by %s and %s"
                    .formatted(SignatureAlgorithm.ED25519, SignatureAlgorithm.ML_DSA_87));
        }
    }

    /** The same with the key, or without one. */
    public RootSignatures with(@Nullable MlDsa87Key newKey) {
        return new RootSignatures(ed25519, mlDsa87, newKey);
    }

    /** What is signed, behind the context: {@code {root, publisher}}. */
    public static byte[] signedBytes(Key root, NodeKeys publisher) {
        return Cbor.encode(
                CBORObject.NewMap().Add("root", root.bytes()).Add("publisher", ContactCbor.keyBytes(publisher)));
    }

    public byte[] encode() {
        CborOut out = new CborOut(BYTES_MAX);
        out.array(2);
        sig(alg(out.map(2), ed25519), ed25519);
        alg(out.map(key == null ? 2 : 3), mlDsa87);
        if (key != null) {
            out.text("key").bytes(key.bytes());
        }
        return sig(out, mlDsa87).toByteArray();
    }

    private static CborOut alg(CborOut out, Signature.Direct signature) {
        return out.text("alg").number(signature.algorithm().code());
    }

    private static CborOut sig(CborOut out, Signature.Direct signature) {
        return out.text("sig").bytes(signature.bytes());
    }

    /** @throws Malformed with the reason */
    public static RootSignatures decode(byte[] bytes) throws Malformed {
        List<CBORObject> list = Fields.list("sigs", Cbor.decode(bytes, BYTES_MAX), Signature.LIST_MAX);
        Signature.Direct ed = null;
        Signature.Direct ml = null;
        MlDsa87Key key = null;
        long before = -1;
        for (CBORObject item : list) {
            Fields entry = new Fields(item);
            long code = entry.number("alg", 0, 255);
            if (code <= before) {
                throw Fields.wrong("sigs", "in the order of their algorithms, each once");
            }
            before = code;
            if (code == SignatureAlgorithm.ED25519.code()) {
                ed = direct(SignatureAlgorithm.ED25519, entry);
            } else if (code == SignatureAlgorithm.ML_DSA_87.code()) {
                ml = direct(SignatureAlgorithm.ML_DSA_87, entry);
                key = entry.has("key") ? key(entry) : null;
            }
        }
        if (ed == null || ml == null) {
            throw Fields.wrong("sigs", "of Ed25519 and of ML-DSA-87 over a root");
        }
        return new RootSignatures(ed, ml, key);
    }

    private static Signature.Direct direct(SignatureAlgorithm algorithm, Fields entry) throws Malformed {
        byte[] bytes = entry.bytes("sig", algorithm.bytes());
        if (bytes.length != algorithm.bytes()) {
            throw Fields.wrong("sig", algorithm.bytes() + " bytes");
        }
        return new Signature.Direct(algorithm, bytes);
    }

    private static MlDsa87Key key(Fields entry) throws Malformed {
        byte[] bytes = entry.bytes("key", MlDsa87Key.BYTES);
        if (bytes.length != MlDsa87Key.BYTES) {
            throw Fields.wrong("key", MlDsa87Key.BYTES + " bytes");
        }
        return new MlDsa87Key(bytes);
    }
}
