package io.svcdht.storage.checkpoint;

import io.svcdht.storage.model.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Checkpoints and sidecars, for the fuzzer: in this package, where their readers are. */
public final class CheckpointFuzz {
    private static final Path FILE = file();

    private CheckpointFuzz() {}

    private static Path file() {
        try {
            Path file = Files.createTempFile("svc-dht-fuzz", ".checkpoint");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new IllegalStateException("no temporary file", e);
        }
    }

    /** A file is whole or damaged, and every sum in it can be right by design: imports bring files of strangers. */
    public static void file(byte[] input) throws IOException {
        read(input);
        read(resealed(input));
    }

    private static void read(byte[] bytes) throws IOException {
        Files.write(FILE, bytes);
        try (Checkpoint checkpoint = Checkpoint.open(FILE)) {
            checkpoint.finder().holdersOf(new Key(1, 2, 3, 4));
            checkpoint.verify();
        } catch (CheckpointDamaged e) {
            if (e.what().isBlank()) {
                throw new AssertionError("damaged without a reason", e);
            }
        }
    }

    /** The sums of blocks, header, index and footer made right, so that what lies behind them is read too. */
    static byte[] resealed(byte[] input) {
        byte[] bytes = input.clone();
        int size = bytes.length;
        int footer = size - Layout.FOOTER_BYTES;
        if (footer < Layout.HEADER_BYTES_MIN) {
            return bytes;
        }
        ByteBuffer b = ByteBuffer.wrap(bytes);
        b.putLong(0, Layout.MAGIC).putInt(8, Layout.VERSION).putLong(size - 8, Layout.MAGIC_END);
        int open = b.getInt(Layout.OPEN_BLOCK_AT);
        long routingAt = Layout.OPEN_BLOCK_AT + 4L + open;
        if (open < 0 || routingAt + 8 > footer) {
            return bytes;
        }
        long headerEnd = routingAt + 4 + b.getInt((int) routingAt);
        long indexAt = b.getLong(footer);
        if (headerEnd < 0 || headerEnd + 4 > footer || indexAt < 0 || indexAt > footer) {
            return bytes;
        }
        for (int at = (int) indexAt; at + Layout.INDEX_ENTRY_BYTES <= footer; at += Layout.INDEX_ENTRY_BYTES) {
            long from = b.getLong(at + 32);
            int length = b.getInt(at + 40);
            if (from >= 0 && length >= 0 && from + length <= size) {
                b.putInt(at + 44, crc(bytes, (int) from, length));
            }
        }
        int sum = crc(bytes, 0, (int) headerEnd);
        b.putInt((int) headerEnd, sum).putInt(size - 16, sum);
        b.putInt(footer + 12, crc(bytes, (int) indexAt, footer - (int) indexAt));
        b.putInt(size - 12, crc(bytes, footer, Layout.FOOTER_BYTES - 12));
        return bytes;
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** A sidecar is read or refused, also where its sum is right. */
    public static void sidecar(byte[] input) {
        sidecarOf(input);
        if (input.length >= 4) {
            byte[] resealed = input.clone();
            ByteBuffer.wrap(resealed).putInt(input.length - 4, crc(input, 0, input.length - 4));
            sidecarOf(resealed);
        }
    }

    private static void sidecarOf(byte[] bytes) {
        try {
            Sidecar.of(bytes, 3);
        } catch (IllegalArgumentException e) {
            // It says so.
        }
    }
}
