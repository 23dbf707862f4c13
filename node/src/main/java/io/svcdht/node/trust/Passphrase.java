package io.svcdht.node.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;

/** What a node's private keys are sealed with. Never an argument or a variable, never shown; overwritten when closed. */
public final class Passphrase implements AutoCloseable {
    /** Shortest one taken. What is shorter is found by trying. */
    public static final int CHARS_MIN = 8;

    private static final int CHARS_MAX = 1024;

    private final char[] chars;

    private Passphrase(char[] chars) {
        this.chars = chars;
    }

    /**
     * Takes the array over.
     *
     * @throws IllegalArgumentException if it is too short or too long; never with a word of it
     */
    public static Passphrase of(char[] chars) {
        if (chars.length < CHARS_MIN || chars.length > CHARS_MAX) {
            int length = chars.length;
            Arrays.fill(chars, '\0');
            throw new IllegalArgumentException(
                    "a passphrase of %d characters; it takes %d to %d".formatted(length, CHARS_MIN, CHARS_MAX));
        }
        return new Passphrase(chars);
    }

    /**
     * Reads the first line of a file that its owner alone may use.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if others may use it, or its first line is no passphrase
     */
    public static Passphrase read(Path file) throws IOException {
        EnumSet<PosixFilePermission> others =
                EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);
        others.retainAll(Files.getPosixFilePermissions(file));
        if (!others.isEmpty()) {
            throw new IllegalArgumentException("passphrase file %s may be used by others (%s); run chmod 600 on it"
                    .formatted(file, PosixFilePermissions.toString(Files.getPosixFilePermissions(file))));
        }
        byte[] bytes = Files.readAllBytes(file);
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            char[] line = firstLine(text);
            Arrays.fill(text.array(), '\0');
            return of(line);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("passphrase file %s is not UTF-8".formatted(file), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("passphrase file %s: %s".formatted(file, e.getMessage()), e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static char[] firstLine(CharBuffer text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        char[] line = new char[end];
        text.get(line);
        return line;
    }

    /** Not a copy. */
    char[] chars() {
        return chars;
    }

    /** Whether two are the same, as when one is asked for twice. */
    public boolean matches(Passphrase other) {
        return Arrays.equals(chars, other.chars);
    }

    @Override
    public void close() {
        Arrays.fill(chars, '\0');
    }

    @Override
    public String toString() {
        return "a passphrase";
    }
}
