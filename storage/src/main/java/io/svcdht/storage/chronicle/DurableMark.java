package io.svcdht.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How far the journal has certainly been on the medium: the file {@code durable} beside the queue's, 20 digits. It is
 * written after a force has succeeded and forced itself every ten seconds, so after a power cut it may lag by that much
 * but never runs ahead. A journal that ends before it has lost events, which no checksum of the events that are left
 * could tell; whatever is broken behind it was never promised to anybody for longer than that.
 */
final class DurableMark implements AutoCloseable {
    static final String FILE = "durable";
    private static final int DIGITS = 20;
    private static final long FORCE_INTERVAL_NANOS = 10_000_000_000L;

    private final FileChannel file;
    private final byte[] text = new byte[DIGITS + 1];
    private final ByteBuffer buffer = ByteBuffer.wrap(text);
    private long forcedNanos = System.nanoTime() - FORCE_INTERVAL_NANOS;

    DurableMark(Path journal) throws IOException {
        file = FileChannel.open(
                journal.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** The mark left by earlier runs, 0 where a crash or a first start left none. */
    long read() throws IOException {
        int n = file.read(buffer.clear(), 0);
        return n < DIGITS ? 0 : parse(text);
    }

    /** The mark of a journal that is only read, 0 where there is none. */
    static long readBeside(Path journal) throws IOException {
        Path path = journal.resolve(FILE);
        byte[] all = Files.isRegularFile(path) ? Files.readAllBytes(path) : new byte[0];
        return all.length < DIGITS ? 0 : parse(all);
    }

    private static long parse(byte[] text) {
        String digits = new String(text, 0, DIGITS, StandardCharsets.US_ASCII);
        return digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(digits) : 0;
    }

    void write(long position) throws IOException {
        long rest = position;
        for (int i = DIGITS - 1; i >= 0; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        text[DIGITS] = '\n';
        file.write(buffer.clear(), 0);
        long now = System.nanoTime();
        if (now - forcedNanos >= FORCE_INTERVAL_NANOS) {
            file.force(false);
            forcedNanos = now;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
