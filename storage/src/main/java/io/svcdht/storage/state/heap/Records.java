package io.svcdht.storage.state.heap;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Between a record and its numbers and bytes.
 *
 * <pre>
 * content: locator text | flags u8 | own text, if flag 1 | n varint, n × address text, if flag 2 | kept until u64, if 4
 *          text = length varint | UTF-8        nothing at all = an empty locator and no flags
 * </pre>
 *
 * <p>A record's end follows from its life time; a tombstone's does not, so it stands last in its content.
 */
final class Records {
    static final long NO_END = -1;

    private static final int OWN_TEXT = 1;
    private static final int ADDRS = 2;
    private static final int KEPT_UNTIL = 4;
    private static final byte[] EMPTY_LOCATOR = {0};

    private final Slots slots;
    private final Contents contents;
    private final Publishers publishers;

    Records(Slots slots, Contents contents, Publishers publishers) {
        this.slots = slots;
        this.contents = contents;
        this.publishers = publishers;
    }

    // --- writing ---------------------------------------------------------------------------------------------------

    /**
     * Writes a record's content; no bytes where it has none.
     *
     * @param keptUntilMillis of a tombstone, or {@link #NO_END}
     * @return how many bytes the locator takes, which come first
     */
    static int encode(ByteSink out, ProviderRecord r, long keptUntilMillis) {
        out.clear().text(r.locator());
        int locator = out.length();
        int flags = (r.cid().isCanonical() ? 0 : OWN_TEXT)
                | (r.addrs().isEmpty() ? 0 : ADDRS)
                | (keptUntilMillis == NO_END ? 0 : KEPT_UNTIL);
        out.u8(flags);
        if ((flags & OWN_TEXT) != 0) {
            out.text(r.cid().text());
        }
        if ((flags & ADDRS) != 0) {
            out.varint(r.addrs().size());
            r.addrs().forEach(out::text);
        }
        if (keptUntilMillis != NO_END) {
            out.u64(keptUntilMillis);
        }
        return locator;
    }

    /** Whether what was encoded is an empty locator and nothing else. */
    static boolean saysNothing(ByteSink encoded) {
        return encoded.length() == 2 && encoded.array()[0] == 0 && encoded.array()[1] == 0;
    }

    /** Writes the content that a slot's tombstone has: the record's, with another end. */
    void encodeTombstone(ByteSink out, int slot, long keptUntilMillis) {
        out.clear();
        int content = slots.content(slot);
        if (content == Contents.NONE) {
            out.u8(0).u8(KEPT_UNTIL).u64(keptUntilMillis);
            return;
        }
        int from = contents.offset(content);
        int length = contents.length(content) - (slots.tombstone(slot) ? Long.BYTES : 0);
        out.raw(Arrays.copyOfRange(contents.page(content), from, from + length));
        Cursor c = new Cursor(out.array(), 0, length);
        c.skipText();
        out.array()[c.at] |= KEPT_UNTIL;
        out.u64(keptUntilMillis);
    }

    /** Whether the slot's publisher and locator are these; the locator as {@link #encode} wrote it. */
    boolean isOf(int slot, Publisher publisher, ByteSink encoded, int locatorBytes) {
        if (slots.publisher(slot) != publisher.number()) {
            return false;
        }
        int content = slots.content(slot);
        if (content == Contents.NONE) {
            return locatorBytes == 1;
        }
        int from = contents.offset(content);
        return contents.length(content) >= locatorBytes
                && Arrays.equals(contents.page(content), from, from + locatorBytes, encoded.array(), 0, locatorBytes);
    }

    // --- reading ---------------------------------------------------------------------------------------------------

    long endsAtMillis(int slot) {
        if (!slots.tombstone(slot)) {
            return slots.issuedAtMillis(slot) + slots.ttlSeconds(slot) * 1000L;
        }
        int content = slots.content(slot);
        return new Cursor(contents, content).longAt(contents.offset(content) + contents.length(content) - Long.BYTES);
    }

    /** The slot's locator alone. */
    String locator(int slot) {
        return content(slot).text();
    }

    StoredRecord decode(Key key, int slot) {
        boolean tombstone = slots.tombstone(slot);
        Cursor c = content(slot);
        String locator = c.text();
        int flags = c.flags();
        ContentId cid = (flags & OWN_TEXT) == 0 ? ContentId.of(key) : new ContentId(c.text(), key);
        List<String> addrs = (flags & ADDRS) == 0 ? List.of() : c.texts();
        ProviderRecord record = new ProviderRecord(
                cid,
                publishers.numbered(slots.publisher(slot)).node(),
                locator,
                addrs,
                slots.ttlSeconds(slot),
                slots.issuedAtMillis(slot));
        return new StoredRecord(
                record, slots.position(slot), tombstone ? c.longAt(c.at) : record.expiresAtMillis(), tombstone);
    }

    private Cursor content(int slot) {
        int content = slots.content(slot);
        return content == Contents.NONE ? new Cursor(EMPTY_LOCATOR, 0, 1) : new Cursor(contents, content);
    }

    /** Reads content that may be somebody else's by now: then the numbers make no sense, but no memory is asked for. */
    private static final class Cursor {
        private final byte[] bytes;
        private final int end;
        private int at;

        Cursor(byte[] bytes, int from, int length) {
            this.bytes = bytes;
            at = from;
            end = from + length;
        }

        Cursor(Contents contents, int content) {
            this(contents.page(content), contents.offset(content), contents.length(content));
            if (end < at || end > bytes.length) {
                throw new IndexOutOfBoundsException(end);
            }
        }

        int flags() {
            return at == end ? 0 : bytes[at++];
        }

        String text() {
            int length = varint();
            if (length < 0 || length > end - at) {
                throw new IndexOutOfBoundsException(length);
            }
            at += length;
            return length == 0 ? "" : new String(bytes, at - length, length, StandardCharsets.UTF_8);
        }

        List<String> texts() {
            String[] texts = new String[Math.clamp(varint(), 0, ProviderRecord.ADDRS_MAX)];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = text();
            }
            return List.of(texts);
        }

        void skipText() {
            int length = varint();
            at += length;
        }

        private int varint() {
            int value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int b = bytes[at++];
                value |= (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IndexOutOfBoundsException(at);
        }

        long longAt(int offset) {
            long value = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                value = value << 8 | bytes[offset + i] & 0xff;
            }
            return value;
        }
    }
}
