package io.svcdht.storage.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a peer listens. Text {@code 192.0.2.1:5302}, {@code [2001:db8::1]:5302} or {@code name.onion:5302}; an IP
 * address has a binary form of 6 or 18 bytes as well: address, then port, big-endian. Each address has one form only.
 */
public sealed interface PeerAddress {
    int PORT_MAX = 65_535;

    int port();

    /** How far the address reaches. */
    Scope scope();

    /** The text form. */
    String text();

    /** How far an address reaches, from nowhere to everywhere. */
    enum Scope {
        /** Not the address of any one host: multicast, unspecified, broadcast, reserved. */
        NOWHERE,
        /** This host. */
        LOOPBACK,
        /** A site or a link: RFC 1918, 6598, 3927, 4193, and fe80::/10. */
        PRIVATE,
        PUBLIC
    }

    /** @param bits the four bytes, big-endian */
    record Ip4(int bits, int port) implements PeerAddress {
        public Ip4 {
            checkPort(port);
        }

        @Override
        public Scope scope() {
            int a = bits >>> 24;
            int b = bits >>> 16 & 0xff;
            if (a == 0 || a >= 224) {
                return Scope.NOWHERE;
            }
            if (a == 127) {
                return Scope.LOOPBACK;
            }
            boolean site = a == 10
                    || a == 172 && b >>> 4 == 1
                    || a == 192 && b == 168
                    || a == 100 && b >>> 6 == 1
                    || a == 169 && b == 254;
            return site ? Scope.PRIVATE : Scope.PUBLIC;
        }

        @Override
        public String text() {
            return IpText.ip4(bits) + ":" + port;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /**
     * Never an IPv4 address in disguise.
     *
     * @param high the first eight bytes, big-endian
     * @param low the last eight
     */
    record Ip6(long high, long low, int port) implements PeerAddress {
        public Ip6 {
            checkPort(port);
            if (high == 0 && low >>> 32 == 0xffff) {
                throw new IllegalArgumentException("an IPv4 address written as IPv6: " + IpText.ip6(high, low));
            }
        }

        @Override
        public Scope scope() {
            int top = (int) (high >>> 48);
            if (high == 0 && low == 1) {
                return Scope.LOOPBACK;
            }
            if (top >>> 6 == 0xfe80 >>> 6 || top >>> 9 == 0xfc00 >>> 9) {
                return Scope.PRIVATE;
            }
            // Everything that is routed today begins with 001 (RFC 4291).
            return top >>> 13 == 1 ? Scope.PUBLIC : Scope.NOWHERE;
        }

        @Override
        public String text() {
            return "[" + IpText.ip6(high, low) + "]:" + port;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** @param host a host name in lower case: letters, digits, hyphens and dots, with a letter in its last label */
    record Named(String host, int port) implements PeerAddress {
        /** Longest host name (RFC 1035). */
        public static final int CHARS_MAX = 253;

        public Named {
            checkPort(port);
            if (!IpText.isHostName(host)) {
                throw new IllegalArgumentException("\"" + host + "\" is no host name in lower case");
            }
        }

        /** A name says nothing of its reach; whoever resolves it has to look. */
        @Override
        public Scope scope() {
            return host.equals("localhost") ? Scope.LOOPBACK : Scope.PUBLIC;
        }

        @Override
        public String text() {
            return host + ":" + port;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    private static void checkPort(int port) {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port %d is outside 1…%d".formatted(port, PORT_MAX));
        }
    }

    /**
     * Reads the text form, and nothing but it.
     *
     * @throws IllegalArgumentException with a sentence that shows the form
     */
    static PeerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? -1 : IpText.number(text, colon + 1, text.length(), PORT_MAX);
        if (port < 0) {
            throw new IllegalArgumentException("\"" + text + "\" is no address; write host:port or [ipv6]:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            Optional<long[]> words = IpText.parse6(host.substring(1, host.length() - 1));
            long[] w = words.orElseThrow(() -> new IllegalArgumentException("\"" + host + "\" is no IPv6 address"));
            return new Ip6(w[0], w[1], port);
        }
        Optional<Integer> bits = IpText.parse4(host);
        return bits.isPresent() ? new Ip4(bits.get(), port) : new Named(host, port);
    }

    /**
     * Reads the binary form.
     *
     * @throws IllegalArgumentException if it is not 6 or 18 bytes, or an address that has another form
     */
    static PeerAddress ofBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return switch (bytes.length) {
            case 6 -> new Ip4(in.getInt(), in.getShort() & 0xffff);
            case 18 -> new Ip6(in.getLong(), in.getLong(), in.getShort() & 0xffff);
            default -> throw new IllegalArgumentException("an IP address and port of %d bytes".formatted(bytes.length));
        };
    }

    /** The binary form: 6 or 18 bytes, or the text in UTF-8 for a name. */
    default byte[] bytes() {
        return switch (this) {
            case Ip4 a ->
                ByteBuffer.allocate(6)
                        .putInt(a.bits())
                        .putShort((short) a.port())
                        .array();
            case Ip6 a ->
                ByteBuffer.allocate(18)
                        .putLong(a.high())
                        .putLong(a.low())
                        .putShort((short) a.port())
                        .array();
            case Named a -> a.text().getBytes(StandardCharsets.US_ASCII);
        };
    }
}
