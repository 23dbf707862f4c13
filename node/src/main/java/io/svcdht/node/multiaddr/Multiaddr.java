package io.svcdht.node.multiaddr;

import io.svcdht.storage.model.PeerAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An address that says how it is to be dialled (multiformats/multiaddr): {@code /ip4/192.0.2.1/udp/4001/quic-v1}.
 *
 * <p>Only what clients of today can read is one: known protocols, each with a value of its own kind. A path of a Unix
 * socket leads nowhere from another machine and is none.
 *
 * @param parts protocols from the outside in; never empty
 */
public record Multiaddr(List<Part> parts) {
    private static final String ONION = ".onion";
    private static final int ONION3_CHARS = 56;

    /**
     * One protocol of an address.
     *
     * @param name in lower case, {@code p2p} also where {@code ipfs} is written
     * @param value empty for a protocol that takes none
     */
    public record Part(String name, String value) {
        @Override
        public String toString() {
            return value.isEmpty() ? "/" + name : "/" + name + "/" + value;
        }
    }

    public Multiaddr {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("an address without a protocol");
        }
    }

    /** Reads the text form; empty for any text that is none. */
    public static Optional<Multiaddr> parse(String text) {
        if (!text.startsWith("/") || text.length() < 2) {
            return Optional.empty();
        }
        String inner = text.substring(1, text.length() - (text.endsWith("/") ? 1 : 0));
        Iterator<String> words = Arrays.asList(inner.split("/", -1)).iterator();
        List<Part> parts = new ArrayList<>();
        while (words.hasNext()) {
            String word = words.next();
            String name = word.equals("ipfs") ? Protocols.P2P : word;
            Protocols.Value kind = Protocols.valueOf(name);
            if (kind == null) {
                return Optional.empty();
            }
            if (kind == Protocols.Value.NONE) {
                parts.add(new Part(name, ""));
                continue;
            }
            String value = words.hasNext() ? words.next() : "";
            if (!kind.fits(value)) {
                return Optional.empty();
            }
            parts.add(new Part(name, value));
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(new Multiaddr(parts));
    }

    /** Where a node of ours listens: TLS over TCP. */
    public static Multiaddr of(PeerAddress address) {
        Part port = new Part("tcp", Integer.toString(address.port()));
        return switch (address) {
            case PeerAddress.Ip4 a -> new Multiaddr(List.of(new Part("ip4", host(a)), port));
            case PeerAddress.Ip6 a -> new Multiaddr(List.of(new Part("ip6", host(a)), port));
            case PeerAddress.Named a -> named(a, port);
        };
    }

    private static Multiaddr named(PeerAddress.Named a, Part port) {
        String host = a.host();
        if (host.endsWith(ONION) && host.length() == ONION3_CHARS + ONION.length()) {
            return new Multiaddr(List.of(new Part("onion3", host.substring(0, ONION3_CHARS) + ":" + a.port())));
        }
        return new Multiaddr(List.of(new Part("dns", host), port));
    }

    /** The host of an address of numbers, without brackets. */
    private static String host(PeerAddress a) {
        String text = a.text();
        String host = text.substring(0, text.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The peer it leads to, where it says so at its end. */
    public Optional<PeerId> peer() {
        Part last = parts.getLast();
        return last.name().equals(Protocols.P2P) ? PeerId.parse(last.value()) : Optional.empty();
    }

    /** How to reach the peer it leads to; empty where nothing but the peer is named. */
    public Optional<Multiaddr> withoutPeer() {
        if (!parts.getLast().name().equals(Protocols.P2P)) {
            return Optional.of(this);
        }
        return parts.size() == 1 ? Optional.empty() : Optional.of(new Multiaddr(parts.subList(0, parts.size() - 1)));
    }

    /** Whether a protocol is part of it. */
    public boolean has(String name) {
        for (Part p : parts) {
            if (p.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    public String text() {
        return parts.stream().map(Part::toString).collect(Collectors.joining());
    }

    @Override
    public String toString() {
        return text();
    }
}
