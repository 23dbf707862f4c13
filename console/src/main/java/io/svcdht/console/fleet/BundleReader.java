package io.svcdht.console.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svcdht.console.fleet.FleetFeed.Piece;
import io.svcdht.node.view.BadLine;
import io.svcdht.node.view.BaseLines;
import io.svcdht.node.view.EventJsonReader;
import io.svcdht.node.view.TraceJsonReader;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.TraceCodec;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads an incident file into an index. Nothing in it is trusted: names are matched and never become paths, sizes are
 * those of the manifest and bounded together, every file has its sum, every event and every state is checked as it is
 * when a journal is imported.
 */
public final class BundleReader {
    /** What a file may unpack to, unless told otherwise. */
    public static final long BYTES_DEFAULT = 8L << 30;

    private static final long MANIFEST_BYTES_MAX = 8 << 20;
    /** Lines of journals pack to a fifth or a tenth. */
    private static final long RATIO_MAX = 100;

    private static final long SMALL_BYTES = 64 << 20;
    private static final int LINE_BYTES_MAX = 4 << 20;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Path file;
    private final long bytesMax;

    /** @param bytesMax what it may unpack to */
    public BundleReader(Path file, long bytesMax) {
        this.file = file;
        this.bytesMax = bytesMax;
    }

    /** @param nodes how many are in it */
    public record Opened(String madeAt, String madeBy, String from, String to, List<String> redacted, int nodes) {
        public Opened {
            redacted = List.copyOf(redacted);
        }
    }

    /**
     * Takes all of it into a new index.
     *
     * @throws BundleRefused with what is wrong; the index is of no use then
     * @throws IOException if the index cannot be written
     */
    public Opened into(FleetStore store, Path scratch) throws BundleRefused, IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Manifest manifest = checked(zip);
            Set<NodeId> nodes = new HashSet<>();
            // A node's state must be there before its events, and its events before what is said of them.
            for (String kind : List.of("journal.ndjson", "traces.ndjson", "node.json")) {
                for (Manifest.Part part : manifest.files()) {
                    if (part.name().endsWith("/" + kind)) {
                        nodes.add(take(zip, part, kind, store, scratch));
                    }
                }
            }
            store.flush();
            return new Opened(
                    manifest.madeAt(),
                    manifest.madeBy(),
                    manifest.from(),
                    manifest.to(),
                    manifest.redacted(),
                    nodes.size());
        } catch (ZipException e) {
            throw new BundleRefused("it is no zip archive, or not a whole one: " + e.getMessage(), e);
        }
    }

    /** Decided by the directory of the archive and the manifest, before anything else is unpacked. */
    private Manifest checked(ZipFile zip) throws BundleRefused, IOException {
        ZipEntry first = zip.getEntry(Manifest.NAME);
        if (first == null) {
            throw new BundleRefused("it has no manifest.json; it was not made by svc-dht incident export");
        }
        byte[] text;
        try (InputStream in = zip.getInputStream(first)) {
            text = in.readNBytes((int) MANIFEST_BYTES_MAX + 1);
        }
        if (text.length > MANIFEST_BYTES_MAX) {
            throw new BundleRefused("its manifest.json is larger than %,d bytes".formatted(MANIFEST_BYTES_MAX));
        }
        Manifest manifest = Manifest.parse(text);
        Map<String, Manifest.Part> named = new HashMap<>();
        manifest.files().forEach(p -> named.put(p.name(), p));
        Set<String> seen = new HashSet<>();
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            String name = all.nextElement().getName();
            if (!seen.add(name) || !name.equals(Manifest.NAME) && named.remove(name) == null) {
                throw new BundleRefused(
                        "it holds %s, which its manifest does not name".formatted(Manifest.quoted(name)));
            }
        }
        if (!named.isEmpty()) {
            throw new BundleRefused("its manifest names %s, which is not in it"
                    .formatted(Manifest.quoted(named.keySet().iterator().next())));
        }
        refuseLarge(manifest);
        return manifest;
    }

    private void refuseLarge(Manifest manifest) throws BundleRefused, IOException {
        long unpacked = 0;
        for (Manifest.Part p : manifest.files()) {
            unpacked = Math.addExact(unpacked, Math.min(p.bytes(), Long.MAX_VALUE >> 20));
        }
        if (unpacked > bytesMax) {
            throw new BundleRefused("it would unpack to %,d bytes; %,d are allowed, and --max-bytes allows more"
                    .formatted(unpacked, bytesMax));
        }
        long packed = Files.size(file);
        if (unpacked > SMALL_BYTES && unpacked / RATIO_MAX > packed) {
            throw new BundleRefused("it would unpack to %,d bytes, over %d times its size; no journal packs so well"
                    .formatted(unpacked, RATIO_MAX));
        }
    }

    private NodeId take(ZipFile zip, Manifest.Part part, String kind, FleetStore store, Path scratch)
            throws BundleRefused, IOException {
        NodeId node = new NodeId(Key.parseHex(part.name().substring(6, 70)));
        try (Counted in = new Counted(zip.getInputStream(zip.getEntry(part.name())), part)) {
            Source lines = new Source(in, part);
            switch (kind) {
                case "journal.ndjson" -> journal(node, lines, store, scratch);
                case "traces.ndjson" -> traces(node, lines, store);
                default -> store.accept(new Piece.Card(node, card(node, lines)));
            }
            in.finish();
        } catch (BadLine e) {
            throw new BundleRefused("%s: %s".formatted(part.name(), e.getMessage()), e);
        } catch (CheckpointDamaged e) {
            throw new BundleRefused("%s: the state it begins with is damaged: %s".formatted(part.name(), e.what()), e);
        } catch (IllegalArgumentException e) {
            throw new BundleRefused("%s: %s".formatted(part.name(), e.getMessage()), e);
        } catch (ZipException e) {
            throw new BundleRefused("%s is damaged: %s".formatted(part.name(), e.getMessage()), e);
        } catch (Torn e) {
            throw new BundleRefused(String.valueOf(e.getMessage()), e);
        }
        return node;
    }

    private static void journal(NodeId node, Source lines, FleetStore store, Path scratch) throws IOException, BadLine {
        String line = lines.next();
        if (line != null && BaseLines.begins(line)) {
            Path base = Files.createTempFile(scratch, "base", ".checkpoint");
            try {
                BaseLines.read(line, lines::next, base);
                store.accept(new Piece.Base(node, base));
            } finally {
                Files.delete(base);
            }
            line = lines.next();
        }
        ByteSink bytes = new ByteSink(256);
        long expected = -1;
        for (; line != null; line = lines.next()) {
            JournalEntry e = EventJsonReader.parse(line, lines.number);
            if (expected >= 0 && e.position() != expected) {
                throw new BadLine(lines.number, "is event %d, %d should follow".formatted(e.position(), expected));
            }
            expected = e.position() + 1;
            EventCodec.encode(e.position(), e.instantMillis(), e.cause(), e.event(), bytes.clear());
            store.accept(new Piece.Event(node, e.position(), bytes.toByteArray()));
        }
    }

    private static void traces(NodeId node, Source lines, FleetStore store) throws IOException, BadLine {
        ByteSink bytes = new ByteSink(1024);
        for (String line = lines.next(); line != null; line = lines.next()) {
            TraceCodec.encode(TraceJsonReader.parse(line, lines.number), bytes);
            store.accept(new Piece.Trace(node, bytes.toByteArray()));
        }
    }

    private static NodeCard card(NodeId node, Source lines) throws IOException, BadLine {
        String line = lines.next();
        JsonNode c = MAPPER.readTree(line == null ? "{}" : line);
        if (!c.path("node").asText().equals(node.text())) {
            throw new BadLine(1, "is of another node than its name says");
        }
        Map<String, String> settings = new HashMap<>();
        c.path("settings")
                .properties()
                .forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
        List<String> notes = new ArrayList<>();
        c.path("notes").forEach(n -> notes.add(n.asText()));
        return new NodeCard(
                node,
                c.path("label").asText(),
                c.path("version").asText(),
                c.path("git").asText(),
                c.path("network").asText(),
                c.path("http").asText(),
                -1,
                -1,
                -1,
                -1,
                c.path("state").asText(),
                c.path("at_ms").asLong(),
                0,
                0,
                settings,
                notes);
    }

    /** The file is not what its manifest says. */
    private static final class Torn extends IOException {
        private static final long serialVersionUID = 1L;

        Torn(String sentence) {
            super(sentence);
        }
    }

    /** Unpacks no more than the manifest says, and knows the sum of it. */
    private static final class Counted extends InputStream {
        private final InputStream from;
        private final Manifest.Part part;
        private final Blake3 sum = new Blake3();
        private long left;

        Counted(InputStream from, Manifest.Part part) {
            this.from = from;
            this.part = part;
            this.left = part.bytes();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            int n = from.read(b, off, len);
            if (n < 0) {
                return n;
            }
            left -= n;
            if (left < 0) {
                throw new Torn(
                        "%s is longer than the %,d bytes its manifest says".formatted(part.name(), part.bytes()));
            }
            sum.update(b, off, n);
            return n;
        }

        void finish() throws IOException {
            transferTo(OutputStream.nullOutputStream());
            if (left != 0) {
                throw new Torn("%s ends %,d bytes early".formatted(part.name(), left));
            }
            if (!HexFormat.of().formatHex(sum.finish()).equals(part.blake3())) {
                throw new Torn(part.name() + " is not what was written: its sum is another");
            }
        }

        @Override
        public void close() throws IOException {
            from.close();
        }
    }

    /** Lines of a bounded length. */
    private static final class Source {
        private final InputStream in;
        private final Manifest.Part part;
        private long number;

        Source(InputStream in, Manifest.Part part) {
            this.in = new BufferedInputStream(in, 1 << 16);
            this.part = part;
        }

        @Nullable
        String next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(256);
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    if (line.size() == 0) {
                        return null;
                    }
                    break;
                }
                if (line.size() == LINE_BYTES_MAX) {
                    throw new Torn("%s has a line of more than %,d bytes".formatted(part.name(), LINE_BYTES_MAX));
                }
                line.write(b);
            }
            number++;
            return line.toString(StandardCharsets.UTF_8);
        }
    }
}
