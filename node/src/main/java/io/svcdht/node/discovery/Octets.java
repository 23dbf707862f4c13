package io.svcdht.node.discovery;

import java.util.HexFormat;

/** Bytes that are a value. */
public record Octets(String hex) {
    public static Octets of(byte[] bytes) {
        return new Octets(HexFormat.of().formatHex(bytes));
    }

    public int length() {
        return hex.length() / 2;
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
