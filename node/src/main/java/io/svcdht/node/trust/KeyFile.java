package io.svcdht.node.trust;

import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file with both halves of a node's pairs, mode 0600:
 *
 * <pre>
 * -----BEGIN ED25519 PRIVATE KEY-----      PKCS #8 (RFC 8410): 48 bytes, the last 32 are the seed of RFC 8032
 * -----BEGIN ED25519 PUBLIC KEY-----       SubjectPublicKeyInfo: 44 bytes, the last 32 are the key
 * -----BEGIN ML-DSA-87 PRIVATE KEY-----    PKCS #8 (RFC 9881)
 * -----BEGIN ML-DSA-87 PUBLIC KEY-----     SubjectPublicKeyInfo: the last 2,592 bytes are the key
 * BLAKE3 hex                               over all lines before
 * </pre>
 *
 * <p>Each block is base64 in lines of 64. Sealed, the private blocks are {@code SEALED … PRIVATE KEY}, each a
 * {@link SealedKey}. The public ones are never sealed: whose keys they are can be told without a passphrase.
 */
final class KeyFile {
    /** Begins the last line. */
    private static final String CHECK = "BLAKE3 ";

    private static final String OWNER_ONLY = "rw-------";
    private static final FileAttribute<Set<PosixFilePermission>> MADE_OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY));

    /** The blocks, in their order. */
    enum Part {
        ED25519_PRIVATE("ED25519 PRIVATE KEY", true),
        ED25519_PUBLIC("ED25519 PUBLIC KEY", false),
        ML_DSA_87_PRIVATE("ML-DSA-87 PRIVATE KEY", true),
        ML_DSA_87_PUBLIC("ML-DSA-87 PUBLIC KEY", false);

        private final String label;
        private final boolean secret;

        Part(String label, boolean secret) {
            this.label = label;
            this.secret = secret;
        }

        String label() {
            return label;
        }

        private String label(boolean sealed) {
            return sealed && secret ? "SEALED " + label : label;
        }
    }

    private final String name;
    private final boolean sealed;
    private final Map<Part, byte[]> blocks;

    private KeyFile(String name, boolean sealed, Map<Part, byte[]> blocks) {
        this.name = name;
        this.sealed = sealed;
        this.blocks = blocks;
    }

    /** @param passphrase null = not sealed */
    static KeyFile of(Map<Part, byte[]> der, @Nullable Passphrase passphrase) {
        Map<Part, byte[]> blocks = new EnumMap<>(der);
        if (passphrase != null) {
            blocks.replaceAll((part, bytes) -> part.secret ? SealedKey.seal(bytes, passphrase) : bytes);
        }
        return new KeyFile("new", passphrase != null, blocks);
    }

    /**
     * Reads a file that is there.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it holds anything but the keys of a node, or others may read it
     */
    static KeyFile read(Path file) throws IOException {
        if (!Files.getPosixFilePermissions(file).equals(PosixFilePermissions.fromString(OWNER_ONLY))) {
            throw new IllegalArgumentException(
                    "node key %s may be read by others; chmod 600 it, or delete it to become a new node"
                            .formatted(file));
        }
        return parse(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    boolean isSealed() {
        return sealed;
    }

    /** As they stand in the file. */
    Map<Part, byte[]> blocks() {
        return blocks;
    }

    /**
     * The keys in the clear.
     *
     * @throws IllegalArgumentException if the passphrase does not open them
     */
    Map<Part, byte[]> open(@Nullable Passphrase passphrase) {
        if (!sealed) {
            return blocks;
        }
        if (passphrase == null) {
            throw new IllegalArgumentException("node key %s is sealed".formatted(name));
        }
        Map<Part, byte[]> der = new EnumMap<>(blocks);
        der.replaceAll((part, bytes) -> part.secret ? SealedKey.open(name, bytes, passphrase) : bytes);
        return der;
    }

    /** Puts this in the place of the file that is there, or of none. */
    void replace(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        writeNew(fresh);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            DataDirectory.forceDirectory(directory);
        }
    }

    void writeNew(Path file) throws IOException {
        try (FileChannel c = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), MADE_OWNER_ONLY)) {
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
        blocks.forEach((part, bytes) -> out.append(begin(part.label(sealed)))
                .append(lines.encodeToString(bytes))
                .append(end(part.label(sealed)))
                .append('\n'));
        return out + CHECK + checkOf(out.toString()) + "\n";
    }

    private static String begin(String label) {
        return "-----BEGIN " + label + "-----\n";
    }

    private static String end(String label) {
        return "\n-----END " + label + "-----";
    }

    private static String checkOf(String keys) {
        return Key.of(Blake3.hash(keys.getBytes(StandardCharsets.ISO_8859_1))).hex();
    }

    /** @throws IllegalArgumentException with a sentence that names the file and what to do */
    static KeyFile parse(String name, String pem) {
        // Base64 decodes to something after nearly any damage, and that would be another node without a word.
        int check = pem.lastIndexOf(CHECK);
        if (check < 0 || !pem.substring(check).equals(CHECK + checkOf(pem.substring(0, check)) + "\n")) {
            throw new IllegalArgumentException(
                    "node key %s is damaged: its last line does not fit the rest; restore it from a backup, or delete it to become a new node"
                            .formatted(name));
        }
        boolean sealed = pem.startsWith(begin(Part.ED25519_PRIVATE.label(true)));
        Map<Part, byte[]> blocks = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            String begin = begin(part.label(sealed));
            int from = pem.indexOf(begin);
            int to = pem.indexOf(end(part.label(sealed)), Math.max(from, 0));
            if (from < 0 && part.ordinal() >= Part.ML_DSA_87_PRIVATE.ordinal() && !pem.contains(MlDsa87.NAME)) {
                continue;
            }
            if (from < 0 || to < from + begin.length()) {
                throw new IllegalArgumentException(
                        "node key %s has no %s; restore it from a backup, or delete it to become a new node"
                                .formatted(name, part.label));
            }
            blocks.put(part, Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to)));
        }
        return new KeyFile(name, sealed, blocks);
    }
}
