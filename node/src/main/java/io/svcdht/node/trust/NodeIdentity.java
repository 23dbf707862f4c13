package io.svcdht.node.trust;

import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys a node is known by, and the id that follows from them (contracts §1). One file holds both halves of both
 * pairs, mode 0600; a classical-only node has no ML-DSA-87 pair.
 *
 * <pre>
 * -----BEGIN ED25519 PRIVATE KEY-----      PKCS #8 (RFC 8410): 48 bytes, the last 32 are the seed of RFC 8032
 * -----BEGIN ED25519 PUBLIC KEY-----       SubjectPublicKeyInfo: 44 bytes, the last 32 are the key
 * -----BEGIN ML-DSA-87 PRIVATE KEY-----    PKCS #8 (RFC 9881)
 * -----BEGIN ML-DSA-87 PUBLIC KEY-----     SubjectPublicKeyInfo: the last 2,592 bytes are the key
 * BLAKE3 hex                               over all lines before
 * </pre>
 *
 * <p>Each block is base64 in lines of 64. There is no X25519 pair: it follows from the Ed25519 one.
 */
public final class NodeIdentity {
    /** Name of the file in the data directory. */
    public static final String FILE = "node.key";

    /** Begins the file's last line: the BLAKE3-256 of all lines before. */
    private static final String CHECK = "BLAKE3 ";

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Map<Part, byte[]> der;
    private final byte[] seed;
    private final NodeKeys keys;
    private final @Nullable MlDsa87Key mlDsa87;

    private enum Part {
        ED25519_PRIVATE("ED25519 PRIVATE KEY"),
        ED25519_PUBLIC("ED25519 PUBLIC KEY"),
        ML_DSA_87_PRIVATE("ML-DSA-87 PRIVATE KEY"),
        ML_DSA_87_PUBLIC("ML-DSA-87 PUBLIC KEY");

        private final String label;

        Part(String label) {
            this.label = label;
        }
    }

    private NodeIdentity(Map<Part, byte[]> der) {
        this.der = der;
        this.seed = tail(Part.ED25519_PRIVATE, Ed25519Keys.SEED_BYTES);
        Key ed = Key.of(tail(Part.ED25519_PUBLIC, Key.BYTES));
        if (!Ed25519Keys.publicKey(seed).equals(ed)) {
            throw new IllegalArgumentException("the Ed25519 private key belongs to another public key than is there");
        }
        MlDsa87Key ml = der.containsKey(Part.ML_DSA_87_PUBLIC)
                ? new MlDsa87Key(tail(Part.ML_DSA_87_PUBLIC, MlDsa87Key.BYTES))
                : null;
        this.mlDsa87 = ml;
        this.keys = ml == null ? NodeKeys.classical(ed) : NodeKeys.of(ed, ml.hash());
    }

    /** New keys that live as long as this object. */
    public static NodeIdentity ephemeral() {
        return fresh(false);
    }

    /** New keys without the post-quantum pair. */
    public static NodeIdentity ephemeralClassical() {
        return fresh(true);
    }

    private static NodeIdentity fresh(boolean classical) {
        EnumMap<Part, byte[]> der = new EnumMap<>(Part.class);
        KeyPair ed = generate("Ed25519");
        der.put(Part.ED25519_PRIVATE, ed.getPrivate().getEncoded());
        der.put(Part.ED25519_PUBLIC, ed.getPublic().getEncoded());
        if (!classical) {
            KeyPair ml = generate(MlDsa87.NAME);
            der.put(Part.ML_DSA_87_PRIVATE, ml.getPrivate().getEncoded());
            der.put(Part.ML_DSA_87_PUBLIC, ml.getPublic().getEncoded());
        }
        return new NodeIdentity(der);
    }

    /**
     * Makes new keys and writes them to a file that does not exist yet.
     *
     * @throws java.nio.file.FileAlreadyExistsException if it does
     * @throws IOException if it cannot be written
     */
    public static NodeIdentity create(Path file, boolean classical) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        NodeIdentity fresh = fresh(classical);
        fresh.writeNew(file);
        return fresh;
    }

    /**
     * Reads the keys from the directory's file, or makes them and writes it.
     *
     * @throws IOException if the file can neither be read nor written
     * @throws IllegalArgumentException if the file holds anything but the keys of a node, or others may read it
     */
    public static NodeIdentity loadOrCreate(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            if (!Files.getPosixFilePermissions(file).equals(PosixFilePermissions.fromString("rw-------"))) {
                throw new IllegalArgumentException(
                        "node key %s may be read by others; chmod 600 it, or delete it to become a new node"
                                .formatted(file));
            }
            return new NodeIdentity(parse(file, Files.readString(file, StandardCharsets.US_ASCII)));
        }
        NodeIdentity fresh = fresh(false);
        fresh.write(directory, file);
        return fresh;
    }

    public NodeId id() {
        return keys.id();
    }

    /** What others know this node by. */
    public NodeKeys keys() {
        return keys;
    }

    /** The post-quantum public key; a classical-only node has none. */
    public Optional<MlDsa87Key> mlDsa87() {
        return Optional.ofNullable(mlDsa87);
    }

    /** Signs a document of the given kind; the same document always gets the same signature. */
    public Signature.Direct signEd25519(SigningContext context, byte[] body) {
        return new Signature.Direct(
                SignatureAlgorithm.ED25519, Ed25519Keys.sign(seed, keys.ed25519(), context.message(body)));
    }

    /** Signs a document of the given kind with the post-quantum key, which a classical-only node has not. */
    public Optional<Signature.Direct> signMlDsa87(SigningContext context, byte[] body) {
        byte[] pkcs8 = der.get(Part.ML_DSA_87_PRIVATE);
        return pkcs8 == null
                ? Optional.empty()
                : Optional.of(
                        new Signature.Direct(SignatureAlgorithm.ML_DSA_87, MlDsa87.sign(pkcs8, context.message(body))));
    }

    /** Our node record: with the whole post-quantum key, and signed with both. */
    public NodeRecord signed(List<PeerAddress> addrs, String network, List<Integer> versions, long sequence) {
        NodeRecord bare = new NodeRecord(keys, mlDsa87, addrs, network, versions, sequence, List.of());
        byte[] body = bare.signedBytes();
        List<Signature> signatures = new ArrayList<>();
        signatures.add(signEd25519(SigningContext.NODE_RECORD, body));
        signMlDsa87(SigningContext.NODE_RECORD, body).ifPresent(signatures::add);
        return bare.with(signatures);
    }

    /** The X25519 private key that belongs to the Ed25519 one, 32 bytes. */
    public byte[] x25519Private() {
        return Ed25519Keys.x25519Private(seed);
    }

    /**
     * The X25519 public key that belongs to a node's Ed25519 key, 32 bytes as RFC 7748 encodes them.
     *
     * @throws IllegalArgumentException if that is no point of the prime-order group
     */
    public static Key x25519Public(Key ed25519) {
        return Ed25519Keys.x25519Public(ed25519);
    }

    private byte[] tail(Part part, int bytes) {
        byte[] spki = der.get(part);
        if (spki == null || spki.length <= bytes) {
            throw new IllegalArgumentException("the " + part.label + " is missing or too short");
        }
        return Arrays.copyOfRange(spki, spki.length - bytes, spki.length);
    }

    private static KeyPair generate(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm + "; it takes Java 25", e);
        }
    }

    private void write(Path directory, Path file) throws IOException {
        Path fresh = directory.resolve(FILE + ".new");
        Files.deleteIfExists(fresh);
        writeNew(fresh);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        DataDirectory.forceDirectory(directory);
    }

    private void writeNew(Path file) throws IOException {
        try (FileChannel c =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            ByteBuffer pem = ByteBuffer.wrap(pem().getBytes(StandardCharsets.US_ASCII));
            while (pem.hasRemaining()) {
                c.write(pem);
            }
            c.force(true);
        }
    }

    private String pem() {
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        StringBuilder out = new StringBuilder();
        der.forEach((part, bytes) -> out.append("-----BEGIN ")
                .append(part.label)
                .append("-----\n")
                .append(lines.encodeToString(bytes))
                .append("\n-----END ")
                .append(part.label)
                .append("-----\n"));
        return out + CHECK + checkOf(out.toString()) + "\n";
    }

    private static String checkOf(String keys) {
        return Key.of(Blake3.hash(keys.getBytes(StandardCharsets.US_ASCII))).hex();
    }

    private static Map<Part, byte[]> parse(Path file, String pem) {
        // Base64 decodes to something after nearly any damage, and that would be another node without a word.
        int check = pem.lastIndexOf(CHECK);
        if (check < 0 || !pem.substring(check).equals(CHECK + checkOf(pem.substring(0, check)) + "\n")) {
            throw new IllegalArgumentException(
                    "node key %s is damaged: its last line does not fit the rest; restore it from a backup, or delete it to become a new node"
                            .formatted(file));
        }
        EnumMap<Part, byte[]> der = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            String begin = "-----BEGIN " + part.label + "-----\n";
            int from = pem.indexOf(begin);
            int to = pem.indexOf("\n-----END " + part.label + "-----", Math.max(from, 0));
            if (from < 0 && part.ordinal() >= Part.ML_DSA_87_PRIVATE.ordinal() && !pem.contains(MlDsa87.NAME)) {
                continue;
            }
            if (from < 0 || to < 0) {
                throw new IllegalArgumentException(
                        "node key %s has no %s; restore it from a backup, or delete it to become a new node"
                                .formatted(file, part.label));
            }
            der.put(part, Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to)));
        }
        return der;
    }
}
