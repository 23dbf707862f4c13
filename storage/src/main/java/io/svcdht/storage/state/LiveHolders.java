package io.svcdht.storage.state;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a find shows of a content id: its live holders, one for each node text, as the bytes they are kept in. Nothing is
 * made for a holder, neither object nor text; one of these serves a thread for find after find, see
 * {@link ProviderView#find}.
 *
 * <pre>
 * holder i   publisher | position | issued-at ms | ttl s | its first text
 * texts      of each holder the locator, then its addresses: text t is bytes()[from(t) … from(t) + length(t)), UTF-8
 * </pre>
 */
public final class LiveHolders {
    private static final int NODE_TEXT_BYTES = NodeId.PREFIX.length() + 64;

    private int size;
    private NodeId[] publishers = new NodeId[1];
    private long[] positions = new long[1];
    private long[] issuedAtMillis = new long[1];
    private int[] ttlSeconds = new int[1];
    private int[] firstTexts = new int[1];

    private int texts;
    private int[] ends = new int[4];
    private byte[] bytes = new byte[128];

    // --- for those who look ----------------------------------------------------------------------------------------

    public int size() {
        return size;
    }

    public NodeId publisher(int holder) {
        return publishers[holder];
    }

    /** Of the event that last renewed the record. */
    public long position(int holder) {
        return positions[holder];
    }

    public long issuedAtMillis(int holder) {
        return issuedAtMillis[holder];
    }

    public int ttlSeconds(int holder) {
        return ttlSeconds[holder];
    }

    public long endsAtMillis(int holder) {
        return issuedAtMillis[holder] + ttlSeconds[holder] * 1000L;
    }

    /** The text that is the locator; of length 0 where the publisher itself has the content. */
    public int locator(int holder) {
        return firstTexts[holder];
    }

    /** The first text behind the addresses, which follow the locator. */
    public int addrsEnd(int holder) {
        return holder + 1 < size ? firstTexts[holder + 1] : texts;
    }

    /** What all texts lie in; good until the next find. */
    public byte[] bytes() {
        return bytes;
    }

    public int from(int text) {
        return text == 0 ? 0 : ends[text - 1];
    }

    public int length(int text) {
        return ends[text] - from(text);
    }

    /** Bytes of all texts together. */
    public int textBytes() {
        return texts == 0 ? 0 : ends[texts - 1];
    }

    // --- for stores, which fill it ---------------------------------------------------------------------------------

    public void clear() {
        size = 0;
        texts = 0;
    }

    /**
     * Takes in a record that lives, unless an earlier one shows the same node.
     *
     * @return whether it did; its addresses are then to follow
     */
    public boolean add(
            NodeId publisher, long position, int ttl, long issuedAt, byte[] locator, int from, int locatorLength) {
        for (int i = 0; i < size; i++) {
            if (showsSame(i, publisher, locator, from, locatorLength)) {
                return false;
            }
        }
        if (size == publishers.length) {
            grow(size * 2);
        }
        publishers[size] = publisher;
        positions[size] = position;
        issuedAtMillis[size] = issuedAt;
        ttlSeconds[size] = ttl;
        firstTexts[size] = texts;
        size++;
        text(locator, from, locatorLength);
        return true;
    }

    /** An address of the record that was added last. */
    public void addr(byte[] utf8, int from, int length) {
        text(utf8, from, length);
    }

    /** As {@link #add(NodeId, long, int, long, byte[], int, int)}, with its addresses. */
    public void add(ProviderRecord r, long position) {
        byte[] locator = r.locator().getBytes(StandardCharsets.UTF_8);
        if (add(r.publisher(), position, r.ttlSeconds(), r.issuedAtMillis(), locator, 0, locator.length)) {
            for (String addr : r.addrs()) {
                byte[] utf8 = addr.getBytes(StandardCharsets.UTF_8);
                text(utf8, 0, utf8.length);
            }
        }
    }

    private void text(byte[] utf8, int from, int length) {
        int at = textBytes();
        if (bytes.length - at < length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + length));
        }
        if (texts == ends.length) {
            ends = Arrays.copyOf(ends, texts * 2);
        }
        System.arraycopy(utf8, from, bytes, at, length);
        ends[texts++] = at + length;
    }

    private void grow(int holders) {
        publishers = Arrays.copyOf(publishers, holders);
        positions = Arrays.copyOf(positions, holders);
        issuedAtMillis = Arrays.copyOf(issuedAtMillis, holders);
        ttlSeconds = Arrays.copyOf(ttlSeconds, holders);
        firstTexts = Arrays.copyOf(firstTexts, holders);
    }

    /** Whether both show the same text: that of the locator, or of the publisher where there is none. */
    private boolean showsSame(int holder, NodeId publisher, byte[] locator, int from, int length) {
        int earlier = locator(holder);
        int earlierLength = length(earlier);
        if (length > 0 && earlierLength > 0) {
            // One publisher's records differ in their locators already.
            return length == earlierLength
                    && !publishers[holder].equals(publisher)
                    && Arrays.equals(bytes, from(earlier), from(earlier) + earlierLength, locator, from, from + length);
        }
        if (length == 0 && earlierLength == 0) {
            return publishers[holder].equals(publisher);
        }
        return length == 0
                ? isTextOf(publisher, bytes, from(earlier), earlierLength)
                : isTextOf(publishers[holder], locator, from, length);
    }

    private static boolean isTextOf(NodeId node, byte[] utf8, int from, int length) {
        return length == NODE_TEXT_BYTES && node.text().equals(new String(utf8, from, length, StandardCharsets.UTF_8));
    }
}
