package io.svcdht.node.multiaddr;

import io.svcdht.storage.model.Multibase;
import io.svcdht.storage.model.PeerAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The protocols an address may be made of, and what each is told with (multiformats/multiaddr, protocols.csv). */
final class Protocols {
    static final String P2P = "p2p";

    private static final int PORT_MAX = 65_535;
    private static final int NAME_CHARS_MAX = 253;

    /** What follows a protocol's name. */
    enum Value {
        NONE,
        IP4,
        IP6,
        PORT,
        PREFIX,
        NAME,
        PEER,
        ONION,
        ONION3,
        MULTIBASE,
        TEXT;

        boolean fits(String value) {
            return switch (this) {
                case NONE -> false;
                case IP4 -> isAddress(value + ":1", PeerAddress.Ip4.class);
                case IP6 -> isIp6(value);
                case PORT -> isNumber(value, PORT_MAX);
                case PREFIX -> isNumber(value, 128);
                case NAME -> isName(value);
                case PEER -> PeerId.parse(value).isPresent();
                case ONION -> isOnion(value, 16);
                case ONION3 -> isOnion(value, 56);
                case MULTIBASE ->
                    Multibase.decode(value).filter(b -> b.length > 0).isPresent();
                case TEXT -> !value.isEmpty();
            };
        }
    }

    private static final Map<String, Value> ALL = Map.ofEntries(
            Map.entry("ip4", Value.IP4),
            Map.entry("ip6", Value.IP6),
            Map.entry("ip6zone", Value.TEXT),
            Map.entry("ipcidr", Value.PREFIX),
            Map.entry("dns", Value.NAME),
            Map.entry("dns4", Value.NAME),
            Map.entry("dns6", Value.NAME),
            Map.entry("dnsaddr", Value.NAME),
            Map.entry("tcp", Value.PORT),
            Map.entry("udp", Value.PORT),
            Map.entry("dccp", Value.PORT),
            Map.entry("sctp", Value.PORT),
            Map.entry("udt", Value.NONE),
            Map.entry("utp", Value.NONE),
            Map.entry(P2P, Value.PEER),
            Map.entry("onion", Value.ONION),
            Map.entry("onion3", Value.ONION3),
            Map.entry("garlic64", Value.TEXT),
            Map.entry("garlic32", Value.TEXT),
            Map.entry("tls", Value.NONE),
            Map.entry("sni", Value.NAME),
            Map.entry("noise", Value.NONE),
            Map.entry("quic", Value.NONE),
            Map.entry("quic-v1", Value.NONE),
            Map.entry("webtransport", Value.NONE),
            Map.entry("certhash", Value.MULTIBASE),
            Map.entry("http", Value.NONE),
            Map.entry("http-path", Value.TEXT),
            Map.entry("https", Value.NONE),
            Map.entry("ws", Value.NONE),
            Map.entry("wss", Value.NONE),
            Map.entry("p2p-websocket-star", Value.NONE),
            Map.entry("p2p-stardust", Value.NONE),
            Map.entry("p2p-webrtc-star", Value.NONE),
            Map.entry("p2p-webrtc-direct", Value.NONE),
            Map.entry("webrtc-direct", Value.NONE),
            Map.entry("webrtc", Value.NONE),
            Map.entry("p2p-circuit", Value.NONE));

    private Protocols() {}

    /** What the protocol of this name is told with, null = there is none of this name. */
    static @Nullable Value valueOf(String name) {
        return ALL.get(name);
    }

    private static boolean isAddress(String text, Class<? extends PeerAddress> kind) {
        try {
            return kind.isInstance(PeerAddress.parse(text));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Peers have no address that is IPv4 in disguise; in a text of somebody else's it may stand. */
    private static boolean isIp6(String value) {
        String bare = value.startsWith("::ffff:") ? "::" + value.substring("::ffff:".length()) : value;
        return !value.contains("[") && isAddress("[" + bare + "]:1", PeerAddress.Ip6.class);
    }

    private static boolean isNumber(String text, int max) {
        if (text.isEmpty() || text.length() > 5 || text.length() > 1 && text.charAt(0) == '0') {
            return false;
        }
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            n = n * 10 + c - '0';
        }
        return n <= max;
    }

    private static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= NAME_CHARS_MAX && text.indexOf(' ') < 0;
    }

    /** Base32 digits and a port, parted by a colon. */
    private static boolean isOnion(String text, int digits) {
        return text.length() > digits
                && text.charAt(digits) == ':'
                && text.chars().limit(digits).allMatch(c -> c >= 'a' && c <= 'z' || c >= '2' && c <= '7')
                && !text.endsWith(":0")
                && isNumber(text.substring(digits + 1), PORT_MAX);
    }
}
