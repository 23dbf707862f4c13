package io.svcdht.node.quota;

import io.svcdht.storage.model.PeerAddress;
import java.nio.ByteBuffer;

/** The block of addresses that shares a quota: one IPv4 address, or the first 56 bits of an IPv6 one. */
public final class Block {
    private static final int V4_BYTES = 4;
    private static final long V6 = 1L << 63;

    private Block() {}

    public static long ofIp4(int bits) {
        return bits & 0xffffffffL;
    }

    /** @param high the first eight bytes, big-endian */
    public static long ofIp6(long high) {
        return high >>> 8 | V6;
    }

    /** @param address four bytes or sixteen; an IPv4 address written as IPv6 counts as what it is */
    public static long of(byte[] address) {
        ByteBuffer b = ByteBuffer.wrap(address);
        if (address.length == V4_BYTES) {
            return ofIp4(b.getInt());
        }
        long high = b.getLong();
        long low = b.getLong();
        return high == 0 && low >>> 32 == 0xffff ? ofIp4((int) low) : ofIp6(high);
    }

    /** As people write it: an IPv4 address, or the /56 of an IPv6 one. */
    public static String text(long block) {
        PeerAddress any = block < 0 ? new PeerAddress.Ip6(block << 8, 0, 1) : new PeerAddress.Ip4((int) block, 1);
        String text = any.text();
        return text.substring(0, text.lastIndexOf(':')) + (block < 0 ? "/56" : "");
    }
}
