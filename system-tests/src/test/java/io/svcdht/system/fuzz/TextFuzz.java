package io.svcdht.system.fuzz;

import io.svcdht.node.multiaddr.Multiaddr;
import io.svcdht.node.multiaddr.PeerId;
import io.svcdht.node.view.BadLine;
import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.EventJsonReader;
import io.svcdht.node.view.Redaction;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.AddressPrefix;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** What people write, and what a journal holds. */
final class TextFuzz {
    private static final long POSITION = 1L << 40;

    private TextFuzz() {}

    /** A content id, node id, peer id or address that was taken means the same in its own form. */
    static void contentIds(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        for (boolean lenient : new boolean[] {true, false}) {
            try {
                ContentId cid = ContentId.parse(text, lenient);
                ContentId canonical = ContentId.parse(ContentId.canonical(cid.key()), false);
                WireFuzz.same("the key of a content id", cid.key(), canonical.key());
            } catch (IllegalArgumentException e) {
                // It says what is wrong with it.
            }
        }
        itsOwnForm(text, NodeId::parse, NodeId::text);
        itsOwnForm(text, PeerAddress::parse, PeerAddress::text);
        itsOwnForm(text, AddressPrefix::parse, AddressPrefix::text);
        itsOwnForm(text, Banned::parse, Banned::text);
        PeerId.parse(text)
                .ifPresent(p -> WireFuzz.same(text, p, PeerId.parse(p.text()).orElseThrow()));
        Multiaddr.parse(text)
                .ifPresent(a ->
                        WireFuzz.same(text, a, Multiaddr.parse(a.text()).orElseThrow()));
    }

    private static <T> void itsOwnForm(String text, Function<String, T> parse, Function<T, String> form) {
        try {
            T read = parse.apply(text);
            WireFuzz.same(text, read, parse.apply(form.apply(read)));
        } catch (IllegalArgumentException e) {
            // It says what is wrong with it.
        }
    }

    /** An event that was read is written as it was. */
    static void events(byte[] input) throws BadLine {
        JournalEntry entry;
        try {
            entry = EventCodec.decode(POSITION, input, 0, input.length);
        } catch (MalformedEvent e) {
            return;
        }
        ByteSink out = new ByteSink(input.length + 16);
        EventCodec.encode(entry.position(), entry.instantMillis(), entry.cause(), entry.event(), out);
        byte[] written = out.toByteArray();
        WireFuzz.same("an event", entry, EventCodec.decode(POSITION, written, 0, written.length));
        new Redaction(true, true, new byte[32]).line(entry);
    }

    /** A line of an export that was read is written so that it reads the same. */
    static void eventLines(byte[] input) throws BadLine {
        JournalEntry entry;
        try {
            entry = EventJsonReader.parse(new String(input, StandardCharsets.UTF_8), 1);
        } catch (BadLine e) {
            return;
        }
        WireFuzz.same("an event's line", entry, EventJsonReader.parse(EventJson.line(entry), 1));
    }
}
