package io.svcdht.node.net;

import io.svcdht.node.quota.Block;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.PeerAddress.Scope;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Which addresses of peers this node will dial: those that reach at least as far as the widest of its own (contracts
 * §4). A node of the Internet must not be talked into calling the neighbours in its rack. Multicast, unspecified and
 * reserved addresses are refused always; port 0 is no {@link PeerAddress} at all.
 */
public enum AddressPolicy {
    PUBLIC(Scope.PUBLIC),
    PRIVATE(Scope.PRIVATE),
    LOOPBACK(Scope.LOOPBACK);

    private final Scope narrowest;

    AddressPolicy(Scope narrowest) {
        this.narrowest = narrowest;
    }

    /** Whether the address may be dialled. A name passes here, what it resolves to is asked about again. */
    public boolean admits(PeerAddress address) {
        return address.scope().compareTo(narrowest) >= 0;
    }

    /**
     * The address of a socket; an IPv4 address in an IPv6 one is an IPv4 address.
     *
     * @throws IllegalArgumentException if its port is 0
     */
    static PeerAddress of(InetAddress address, int port) {
        ByteBuffer b = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new PeerAddress.Ip4(b.getInt(), port)
                : new PeerAddress.Ip6(b.getLong(), b.getLong(), port);
    }

    static PeerAddress of(InetSocketAddress address) {
        return of(address.getAddress(), address.getPort());
    }

    /** The address for a socket; empty for a name. */
    static Optional<InetSocketAddress> socket(PeerAddress address) {
        return switch (address) {
            case PeerAddress.Ip4 a ->
                socket(ByteBuffer.allocate(Integer.BYTES).putInt(a.bits()).array(), a.port());
            case PeerAddress.Ip6 a ->
                socket(
                        ByteBuffer.allocate(2 * Long.BYTES)
                                .putLong(a.high())
                                .putLong(a.low())
                                .array(),
                        a.port());
            case PeerAddress.Named a -> Optional.empty();
        };
    }

    private static Optional<InetSocketAddress> socket(byte[] ip, int port) {
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(ip), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + ip.length + " bytes", e);
        }
    }

    /** The block that shares a quota: an IPv4 address, or the first 56 bits of an IPv6 one. */
    static long quotaBlock(PeerAddress address) {
        return switch (address) {
            case PeerAddress.Ip4 a -> Block.ofIp4(a.bits());
            case PeerAddress.Ip6 a -> Block.ofIp6(a.high());
            case PeerAddress.Named a -> a.host().hashCode() & 0xffffffffL | 1L << 62;
        };
    }

    /** Who called, as far as an address says: an IPv4 address, the /56 of an IPv6 one, a name. */
    static String caller(PeerAddress from) {
        return from instanceof PeerAddress.Named named ? named.host() : Block.text(quotaBlock(from));
    }
}
