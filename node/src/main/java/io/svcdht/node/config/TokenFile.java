package io.svcdht.node.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the HTTP API: one token a line, stored as its digest, so that reading the file gives no one a token.
 *
 * <pre>
 * # comment; blank lines are ignored
 * viewer:&lt;64 lower-case hex digits: SHA-256 of the token's UTF-8 bytes&gt;
 * operator:…
 * admin:…
 * </pre>
 *
 * <p>{@code printf %s "$TOKEN" | sha256sum} makes the digits. A token is as good as the luck that made it: 32 random
 * bytes or more; a plain digest would not protect a chosen password. The file must be readable by its owner only.
 */
public final class TokenFile {
    private static final int TOKENS_MAX = 1000;
    private static final long BYTES_MAX = 1 << 20;
    private static final int DIGITS = 64;

    /** No record: those compare arrays by reference, and this comparison must take constant time. */
    private static final class Entry {
        private final Role role;
        private final byte[] sha256;

        Entry(Role role, byte[] sha256) {
            this.role = role;
            this.sha256 = sha256;
        }

        boolean isFor(byte[] digest) {
            return MessageDigest.isEqual(digest, sha256);
        }
    }

    private final List<Entry> entries;

    private TokenFile(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** The file cannot be used; one sentence for each reason, each with the file and, where there is one, the line. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<String> sentences;

        Refused(List<String> sentences) {
            super(String.join("; ", sentences));
            this.sentences = List.copyOf(sentences);
        }

        public List<String> sentences() {
            return sentences;
        }
    }

    /** Reads and checks a token file. */
    public static TokenFile read(Path file) throws Refused {
        try {
            if (!Files.isRegularFile(file)) {
                throw refused(file, Files.exists(file) ? "is no file" : "does not exist");
            }
            refuseIfShared(file);
            if (Files.size(file) > BYTES_MAX) {
                throw refused(file, "is larger than 1 MiB");
            }
            return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            throw refused(file, "is not UTF-8");
        } catch (IOException e) {
            throw refused(file, "cannot be read: " + e);
        }
    }

    /** Reads the text of a token file; {@code name} stands in the sentences. */
    static TokenFile parse(String name, String text) throws Refused {
        List<String> problems = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Entry entry = entry(line);
            if (entry == null) {
                // The line may hold a token in the clear by mistake: it is not repeated.
                problems.add(
                        "%s:%d: expected viewer, operator or admin, a colon, and 64 lower-case hex digits (SHA-256 of the token)"
                                .formatted(name, i + 1));
            } else {
                entries.add(entry);
            }
        }
        if (entries.size() > TOKENS_MAX) {
            problems.add("%s: %d tokens; at most %d are read".formatted(name, entries.size(), TOKENS_MAX));
        }
        if (entries.isEmpty() && problems.isEmpty()) {
            problems.add("%s: holds no token; add a line such as admin:<64 hex digits>".formatted(name));
        }
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
        return new TokenFile(entries);
    }

    /**
     * The highest role the token has, empty if it is not in the file. Takes as long for a wrong token as for a right
     * one: every entry is compared, each in constant time.
     */
    public Optional<Role> roleOf(String bearerToken) {
        return roleOfDigest(sha256(bearerToken));
    }

    /** What to keep of a token instead of itself, for {@link #roleOfDigest}. */
    public static byte[] digestOf(String bearerToken) {
        return sha256(bearerToken);
    }

    /** As {@link #roleOf}, by the token's digest. */
    public Optional<Role> roleOfDigest(byte[] digest) {
        Optional<Role> best = Optional.empty();
        for (Entry e : entries) {
            boolean equal = e.isFor(digest);
            if (equal && (best.isEmpty() || e.role.covers(best.get()))) {
                best = Optional.of(e.role);
            }
        }
        return best;
    }

    /** How many tokens it holds. */
    public int size() {
        return entries.size();
    }

    /** The line that lets a token in with the given role. */
    public static String line(Role role, String token) {
        return role.text() + ":" + HexFormat.of().formatHex(sha256(token));
    }

    private static @Nullable Entry entry(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return null;
        }
        String digits = line.substring(colon + 1);
        if (digits.length() != DIGITS || !digits.equals(digits.toLowerCase(Locale.ROOT))) {
            return null;
        }
        Optional<Role> role = Arrays.stream(Role.values())
                .filter(r -> r.text().equals(line.substring(0, colon)))
                .findFirst();
        try {
            return role.isEmpty() ? null : new Entry(role.get(), HexFormat.of().parseHex(digits));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void refuseIfShared(Path file) throws IOException, Refused {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        EnumSet<PosixFilePermission> others =
                EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);
        others.retainAll(permissions);
        if (!others.isEmpty()) {
            throw refused(
                    file,
                    "may be used by others (%s); run chmod 600 on it"
                            .formatted(PosixFilePermissions.toString(permissions)));
        }
    }

    private static Refused refused(Path file, String what) {
        return new Refused(List.of("token file " + file + " " + what));
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
