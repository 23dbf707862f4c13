package io.svcdht.storage.model;

import java.util.Optional;

/** IP addresses and host names as text, without a resolver: RFC 5952 for IPv6, four plain decimals for IPv4. */
final class IpText {
    private IpText() {}

    static String ip4(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }

    /** Lower case, no leading zeros, the first longest run of two zero groups or more as {@code ::}. */
    static String ip6(long high, long low) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> 48 - 16 * (i % 4)) & 0xffff;
        }
        int runFrom = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > runLength) {
                runFrom = i;
                runLength = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == runFrom) {
                text.append("::");
                i += runLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    static Optional<Integer> parse4(String text) {
        int bits = 0;
        int from = 0;
        for (int part = 0; part < 4; part++) {
            int end = part == 3 ? text.length() : text.indexOf('.', from);
            int value = end < 0 ? -1 : number(text, from, end, 255);
            if (value < 0) {
                return Optional.empty();
            }
            bits = bits << 8 | value;
            from = end + 1;
        }
        return Optional.of(bits);
    }

    /** Eight bytes and eight bytes; only hexadecimal groups, no dotted tail and no zone. */
    static Optional<long[]> parse6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        int[] head = groups(gap < 0 ? text : text.substring(0, gap));
        int[] tail = groups(gap < 0 ? "" : text.substring(gap + 2));
        int given = head.length + tail.length;
        if (gap < 0
                ? head.length != 8
                : given > 7 || head.length > 0 && head[0] < 0 || tail.length > 0 && tail[0] < 0) {
            return Optional.empty();
        }
        long[] words = new long[2];
        for (int i = 0; i < 8; i++) {
            int fromEnd = i - (8 - tail.length);
            int group = i < head.length ? head[i] : fromEnd >= 0 ? tail[fromEnd] : 0;
            words[i / 4] = words[i / 4] << 16 | group;
        }
        return Optional.of(words);
    }

    /** The groups between single colons; one group of −1 if any is none. */
    private static int[] groups(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] words = text.split(":", -1);
        int[] groups = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            if (words[i].isEmpty() || words[i].length() > 4 || !words[i].chars().allMatch(IpText::isHex)) {
                return new int[] {-1};
            }
            groups[i] = Integer.parseInt(words[i], 16);
        }
        return groups;
    }

    private static boolean isHex(int c) {
        return Character.digit(c, 16) >= 0 && c < 0x80;
    }

    /** Decimal digits without a leading zero, 0 … max; −1 for anything else. */
    static int number(String text, int from, int to, int max) {
        if (from >= to || to - from > 5 || to - from > 1 && text.charAt(from) == '0') {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value > max ? -1 : value;
    }

    static boolean isHostName(String host) {
        if (host.isEmpty() || host.length() > PeerAddress.Named.CHARS_MAX) {
            return false;
        }
        String[] labels = host.split("\\.", -1);
        for (String label : labels) {
            if (label.isEmpty() || label.length() > 63 || label.startsWith("-") || label.endsWith("-")) {
                return false;
            }
            if (!label.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
                return false;
            }
        }
        // Else a mistyped IPv4 address would pass for a name.
        return labels[labels.length - 1].chars().anyMatch(c -> c >= 'a' && c <= 'z');
    }
}
