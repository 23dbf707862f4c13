package io.svcdht.node.config;

import java.net.InetAddress;

/** What may be told about a host without asking a name server. */
public final class Hosts {
    private static final int CHARS_MAX = 255;

    private Hosts() {}

    /** Whether the text is a host name, an IPv4 address, or an IPv6 address without brackets. */
    public static boolean isHost(String text) {
        if (text.isEmpty() || text.length() > CHARS_MAX) {
            return false;
        }
        if (text.indexOf(':') >= 0) {
            return isLiteral(text);
        }
        return text.chars()
                .allMatch(c -> c >= 'a' && c <= 'z'
                        || c >= 'A' && c <= 'Z'
                        || c >= '0' && c <= '9'
                        || c == '-'
                        || c == '.'
                        || c == '_');
    }

    /**
     * Whether only this machine can reach it: a loopback address or {@code localhost}. Any other name counts as
     * reachable, whatever a name server would say today.
     */
    public static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || isLiteral(host) && InetAddress.ofLiteral(host).isLoopbackAddress();
    }

    /** Whether it is a numerical address. */
    static boolean isLiteral(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
