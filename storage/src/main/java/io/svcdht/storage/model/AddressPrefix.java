package io.svcdht.storage.model;

import java.util.Optional;

/**
 * A block of IP addresses; text {@code 192.0.2.0/24} or {@code 2001:db8::/32}. An IPv4 address stands in the first 32
 * bits of {@code high}.
 *
 * @param ip6 of which family
 * @param high the first eight bytes; bits behind the prefix are zero
 * @param low the last eight bytes
 * @param bits length of the prefix, 0 … 32 or 0 … 128
 */
public record AddressPrefix(boolean ip6, long high, long low, int bits) {
    public AddressPrefix {
        if (bits < 0 || bits > (ip6 ? 128 : 32)) {
            throw new IllegalArgumentException("a prefix of %d bits".formatted(bits));
        }
        if ((high & ~mask(bits)) != 0 || (low & ~mask(bits - 64)) != 0) {
            throw new IllegalArgumentException("bits are set behind the first %d of the prefix".formatted(bits));
        }
    }

    /**
     * Reads the text form; without a length it is one address.
     *
     * @throws IllegalArgumentException with a sentence that shows the form
     */
    public static AddressPrefix parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        Optional<Integer> four = IpText.parse4(host);
        Optional<long[]> six = IpText.parse6(host);
        int bitsMax = four.isPresent() ? 32 : 128;
        int bits = slash < 0 ? bitsMax : IpText.number(text, slash + 1, text.length(), bitsMax);
        if (bits < 0 || four.isEmpty() && six.isEmpty()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no address prefix; write 192.0.2.0/24 or 2001:db8::/32");
        }
        if (four.isPresent()) {
            return new AddressPrefix(false, (long) four.get() << 32, 0, bits);
        }
        long[] words = six.orElseThrow();
        return new AddressPrefix(true, words[0], words[1], bits);
    }

    /** Whether the address lies in the block; a name lies in none. */
    public boolean contains(PeerAddress address) {
        return switch (address) {
            case PeerAddress.Ip4 a -> !ip6 && ((long) a.bits() << 32 & mask(bits)) == high;
            case PeerAddress.Ip6 a -> ip6 && (a.high() & mask(bits)) == high && (a.low() & mask(bits - 64)) == low;
            case PeerAddress.Named a -> false;
        };
    }

    /** The block with at most so many bits that this one lies in; itself if it is as wide already. */
    public AddressPrefix widened(int bitsMax) {
        return bits <= bitsMax ? this : new AddressPrefix(ip6, high & mask(bitsMax), low & mask(bitsMax - 64), bitsMax);
    }

    public String text() {
        return (ip6 ? IpText.ip6(high, low) : IpText.ip4((int) (high >>> 32))) + "/" + bits;
    }

    @Override
    public String toString() {
        return text();
    }

    /** The first bits of 64 set: none for 0 and less, all for 64 and more. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << 64 - bits;
    }
}
