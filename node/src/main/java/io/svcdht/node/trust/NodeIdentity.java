package io.svcdht.node.trust;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * The keys a node is known by, and the id that follows from them (contracts §1). One PEM file holds both halves of
 * both pairs, mode 0600; the private halves stay encoded until something is signed.
 */
public final class NodeIdentity {
    /** Name of the file in the data directory. */
    public static final String FILE = "node.key";

    /** Begins the file's last line: the BLAKE3-256 of all lines before. */
    private static final String CHECK = "BLAKE3 ";

    private static final int ED25519_PUBLIC_BYTES = 32;
    private static final int ML_DSA_87_PUBLIC_BYTES = 2592;

    private final Map<Part, byte[]> der;
    private final NodeId id;

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
        byte[] ed = tail(Part.ED25519_PUBLIC, ED25519_PUBLIC_BYTES);
        byte[] ml = tail(Part.ML_DSA_87_PUBLIC, ML_DSA_87_PUBLIC_BYTES);
        this.id = NodeKeys.of(Key.of(ed), Key.of(Blake3.hash(ml))).id();
    }

    /** New keys that live as long as this object. */
    public static NodeIdentity ephemeral() {
        EnumMap<Part, byte[]> der = new EnumMap<>(Part.class);
        KeyPair ed = generate("Ed25519");
        KeyPair ml = generate("ML-DSA-87");
        der.put(Part.ED25519_PRIVATE, ed.getPrivate().getEncoded());
        der.put(Part.ED25519_PUBLIC, ed.getPublic().getEncoded());
        der.put(Part.ML_DSA_87_PRIVATE, ml.getPrivate().getEncoded());
        der.put(Part.ML_DSA_87_PUBLIC, ml.getPublic().getEncoded());
        return new NodeIdentity(der);
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
        NodeIdentity fresh = ephemeral();
        fresh.write(directory, file);
        return fresh;
    }

    public NodeId id() {
        return id;
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
        try (FileChannel c = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            c.write(ByteBuffer.wrap(pem().getBytes(StandardCharsets.US_ASCII)));
            c.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        DataDirectory.forceDirectory(directory);
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
