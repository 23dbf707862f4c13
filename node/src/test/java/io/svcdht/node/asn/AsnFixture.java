package io.svcdht.node.asn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small made-up databases of autonomous systems in the MaxMind DB format: a tree of 128 bits with IPv4 below
 * {@code ::/96}, 24-bit records, one map a network.
 */
public final class AsnFixture {
    private static final byte[] MARKER = {
        (byte) 0xab, (byte) 0xcd, (byte) 0xef, 'M', 'a', 'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'
    };
    private static final int NOTHING = -1;
    private static final int SEPARATOR = 16;
    private static final int UINT16 = 5;
    private static final int UINT32 = 6;

    /** Left and right of each node: another node, {@link #NOTHING}, or below that where the data of a network begins. */
    private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {NOTHING, NOTHING}));

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private String type = "Made-up-ASN";

    public AsnFixture type(String newType) {
        type = newType;
        return this;
    }

    /** @param prefix such as {@code 203.0.0.0/16} or {@code 2001:db8::/32} */
    public AsnFixture network(String prefix, long asn) {
        int slash = prefix.indexOf('/');
        int length = Integer.parseInt(prefix.substring(slash + 1));
        byte[] address = InetAddress.ofLiteral(prefix.substring(0, slash)).getAddress();
        byte[] bits = ByteBuffer.allocate(16)
                .position(16 - address.length)
                .put(address)
                .array();
        int depth = length + 128 - 8 * address.length;
        int at = data.size();
        map(data, Map.of("autonomous_system_number", asn));
        int node = 0;
        for (int i = 0; i < depth - 1; i++) {
            int side = side(bits, i);
            if (nodes.get(node)[side] == NOTHING) {
                nodes.get(node)[side] = nodes.size();
                nodes.add(new int[] {NOTHING, NOTHING});
            }
            node = nodes.get(node)[side];
        }
        nodes.get(node)[side(bits, depth - 1)] = -2 - at;
        return this;
    }

    private static int side(byte[] bits, int i) {
        return bits[i / 8] >> 7 - i % 8 & 1;
    }

    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] node : nodes) {
            for (int record : node) {
                int value = record == NOTHING
                        ? nodes.size()
                        : record >= 0 ? record : nodes.size() + SEPARATOR + (-2 - record);
                out.write(value >> 16);
                out.write(value >> 8);
                out.write(value);
            }
        }
        out.writeBytes(new byte[SEPARATOR]);
        out.writeBytes(data.toByteArray());
        out.writeBytes(MARKER);
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("binary_format_major_version", (short) 2);
        about.put("binary_format_minor_version", (short) 0);
        about.put("build_epoch", 1_700_000_000L);
        about.put("database_type", type);
        about.put("description", Map.of("en", "made up for tests"));
        about.put("ip_version", (short) 6);
        about.put("languages", List.of());
        about.put("node_count", (long) nodes.size());
        about.put("record_size", (short) 24);
        map(out, about);
        return out.toByteArray();
    }

    public Path write(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void map(ByteArrayOutputStream out, Map<String, ?> entries) {
        out.write(7 << 5 | entries.size());
        entries.forEach((key, value) -> {
            text(out, key);
            switch (value) {
                case Short n -> number(out, UINT16, n, 2);
                case Long n -> number(out, UINT32, n, 4);
                case String s -> text(out, s);
                case Map<?, ?> m -> {
                    out.write(7 << 5 | m.size());
                    m.forEach((k, v) -> {
                        text(out, (String) k);
                        text(out, (String) v);
                    });
                }
                case List<?> empty -> {
                    out.write(0);
                    out.write(11 - 7);
                }
                default -> throw new IllegalArgumentException("no such value: " + value);
            }
        });
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= 29) {
            throw new IllegalArgumentException("too long for one length byte: " + text);
        }
        out.write(2 << 5 | bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int kind, long value, int bytes) {
        out.write(kind << 5 | bytes);
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (value >> 8 * i));
        }
    }
}
