package io.svcdht.node.wire;

import com.upokecenter.cbor.CBORObject;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a list {@code sigs}: a signature over the document itself, or the way from it to the signed root of a
 * batch.
 *
 * <pre>
 * {alg: number, sig: bytes}     or     {alg: number, root: 32 bytes, path: [32 bytes …]}
 * </pre>
 */
public sealed interface Signature {
    /** Longest way to a root: batches hold up to 10,000 records. */
    int PATH_MAX = 14;

    /** Most entries that are read. */
    int LIST_MAX = 8;

    SignatureAlgorithm algorithm();

    /** A signature over the document. */
    final class Direct implements Signature {
        private final SignatureAlgorithm algorithm;
        private final byte[] bytes;

        /** @throws IllegalArgumentException if it is not as long as the algorithm's signatures are */
        public Direct(SignatureAlgorithm algorithm, byte[] bytes) {
            if (bytes.length != algorithm.bytes()) {
                throw new IllegalArgumentException(
                        "%s signature of %d bytes; it has %d".formatted(algorithm, bytes.length, algorithm.bytes()));
            }
            this.algorithm = algorithm;
            this.bytes = bytes.clone();
        }

        @Override
        public SignatureAlgorithm algorithm() {
            return algorithm;
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(@Nullable Object o) {
            return o instanceof Direct d && algorithm == d.algorithm && Arrays.equals(bytes, d.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** The document is in a batch whose root is signed; which side each neighbour is on follows from their order. */
    record ByRoot(SignatureAlgorithm algorithm, Key root, List<Key> path) implements Signature {
        public ByRoot {
            path = List.copyOf(path);
            if (path.size() > PATH_MAX) {
                throw new IllegalArgumentException("a path of %d; at most %d".formatted(path.size(), PATH_MAX));
            }
        }
    }

    /** The list in the order given. */
    static void write(List<Signature> signatures, CborOut out) {
        out.array(signatures.size());
        for (Signature signature : signatures) {
            int alg = signature.algorithm().code();
            switch (signature) {
                case Direct d -> out.map(2).text("alg").number(alg).text("sig").bytes(d.bytes);
                case ByRoot(var _, Key root, List<Key> path) -> {
                    out.map(3).text("alg").number(alg).text("path").array(path.size());
                    path.forEach(out::key);
                    out.text("root").key(root);
                }
            }
        }
    }

    /** The same as an item of its own. */
    static byte[] encode(List<Signature> signatures) {
        CborOut out = new CborOut();
        write(signatures, out);
        return out.toByteArray();
    }

    /** Entries of algorithms this build does not know are left out: nobody could check them here. */
    static List<Signature> ofCbor(List<CBORObject> list) throws Malformed {
        List<Signature> signatures = new ArrayList<>();
        int codeBefore = -1;
        for (CBORObject item : list) {
            Fields entry = new Fields(item);
            long code = entry.number("alg", 0, 255);
            if (code <= codeBefore) {
                throw Fields.wrong("sigs", "in the order of their algorithms, each once");
            }
            codeBefore = (int) code;
            Optional<SignatureAlgorithm> algorithm = SignatureAlgorithm.ofCode(code);
            if (algorithm.isPresent()) {
                signatures.add(one(algorithm.get(), entry));
            }
        }
        return List.copyOf(signatures);
    }

    private static Signature one(SignatureAlgorithm algorithm, Fields entry) throws Malformed {
        if (entry.has("sig") == entry.has("root")) {
            throw Fields.wrong("sigs", "either a signature or a root, each");
        }
        if (entry.has("sig")) {
            byte[] bytes = entry.bytes("sig", algorithm.bytes());
            if (bytes.length != algorithm.bytes()) {
                throw Fields.wrong("sig", algorithm.bytes() + " bytes");
            }
            return new Direct(algorithm, bytes);
        }
        List<Key> path = new ArrayList<>();
        for (CBORObject step : entry.list("path", PATH_MAX)) {
            byte[] bytes = Fields.bytes("path", step, Key.BYTES);
            if (bytes.length != Key.BYTES) {
                throw Fields.wrong("path", "of 32 bytes each");
            }
            path.add(Key.of(bytes));
        }
        return new ByRoot(algorithm, entry.key("root"), path);
    }
}
