package io.svcdht.node.trust;

import io.svcdht.node.trust.KeyFile.Part;
import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.Signature;
import io.svcdht.node.wire.SignatureAlgorithm;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys a node is known by, and the id that follows from them (contracts §1). They live in a {@link KeyFile}; a
 * classical-only node has no ML-DSA-87 pair. There is no X25519 pair: it follows from the Ed25519 one.
 */
public final class NodeIdentity {
    /** Name of the file in the data directory. */
    public static final String FILE = "node.key";

    private final Map<Part, byte[]> der;
    private final byte[] seed;
    private final NodeKeys keys;
    private final @Nullable MlDsa87Key mlDsa87;

    private NodeIdentity(Map<Part, byte[]> der) {
        this.der = der;
        this.seed = tail(der, Part.ED25519_PRIVATE, Ed25519Keys.SEED_BYTES);
        Key ed = Key.of(tail(der, Part.ED25519_PUBLIC, Key.BYTES));
        if (!Ed25519Keys.publicKey(seed).equals(ed)) {
            throw new IllegalArgumentException("the Ed25519 private key belongs to another public key than is there");
        }
        MlDsa87Key ml = der.containsKey(Part.ML_DSA_87_PUBLIC) ? mlDsa87(der) : null;
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
     * @param passphrase seals the private halves; null = they stand there in the clear
     * @throws java.nio.file.FileAlreadyExistsException if it does
     * @throws IOException if it cannot be written
     */
    public static NodeIdentity create(Path file, boolean classical, @Nullable Passphrase passphrase)
            throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        NodeIdentity fresh = fresh(classical);
        KeyFile.of(fresh.der, passphrase).writeNew(file);
        return fresh;
    }

    /** As {@link #loadOrCreate(Path, Unlock)} where no passphrase is to be had. */
    public static NodeIdentity loadOrCreate(Path directory) throws IOException {
        return loadOrCreate(directory, Unlock.nothing());
    }

    /**
     * Reads the keys from the directory's file, or makes them and writes it.
     *
     * @throws IOException if the file can neither be read nor written
     * @throws IllegalArgumentException if the file holds anything but the keys of a node, others may read it, or it is
     *     sealed otherwise than the passphrase says
     */
    public static NodeIdentity loadOrCreate(Path directory, Unlock unlock) throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            return load(file, unlock);
        }
        NodeIdentity fresh = fresh(false);
        try (Passphrase passphrase = unlock.forNewKeys()) {
            KeyFile.of(fresh.der, passphrase).replace(file);
        }
        return fresh;
    }

    private static NodeIdentity load(Path file, Unlock unlock) throws IOException {
        KeyFile keys = KeyFile.read(file);
        if (!keys.isSealed()) {
            unlock.refuseOpen(file);
            return new NodeIdentity(keys.open(null));
        }
        try (Passphrase passphrase = unlock.forSealed(file)) {
            return new NodeIdentity(keys.open(passphrase));
        }
    }

    /**
     * Writes a key file's keys anew, sealed with another passphrase or with none. Whoever is interrupted finds the old
     * file or the new one.
     *
     * @param next null = in the clear
     * @return whose keys they are
     * @throws IOException if the file can neither be read nor written
     * @throws IllegalArgumentException if it is no key file, or the old passphrase does not open it
     */
    public static NodeId seal(Path file, Unlock old, @Nullable Passphrase next) throws IOException {
        NodeIdentity identity = load(file, old);
        KeyFile.of(identity.der, next).replace(file);
        return identity.id();
    }

    /** What a key file tells without its passphrase. */
    public record Shown(NodeKeys keys, boolean sealed) {}

    /**
     * Whose keys a file holds.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is no key file
     */
    public static Shown show(Path file) throws IOException {
        KeyFile keys = KeyFile.read(file);
        Key ed = Key.of(tail(keys.blocks(), Part.ED25519_PUBLIC, Key.BYTES));
        return new Shown(
                keys.blocks().containsKey(Part.ML_DSA_87_PUBLIC)
                        ? NodeKeys.of(ed, mlDsa87(keys.blocks()).hash())
                        : NodeKeys.classical(ed),
                keys.isSealed());
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

    /** The key of this node's onion service. */
    public OnionKey onionKey() {
        return OnionKey.of(seed);
    }

    /** The secp256k1 private key of this node's discovery record, 32 bytes. */
    public byte[] discoveryKey() {
        return DiscoveryKey.of(seed);
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

    private static MlDsa87Key mlDsa87(Map<Part, byte[]> der) {
        return new MlDsa87Key(tail(der, Part.ML_DSA_87_PUBLIC, MlDsa87Key.BYTES));
    }

    private static byte[] tail(Map<Part, byte[]> der, Part part, int bytes) {
        byte[] spki = der.get(part);
        if (spki == null || spki.length <= bytes) {
            throw new IllegalArgumentException("the " + part.label() + " is missing or too short");
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
}
