package io.svcdht.console.fleet;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.node.view.Json;
import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes an incident file, a zip archive.
 *
 * <pre>
 * nodes/HEX/node.json        what the node is, its version and its settings, redacted
 * nodes/HEX/journal.ndjson   what {@code journal export} writes: the state the span begins with, then its events
 * nodes/HEX/traces.ndjson    a lookup a line, with its legs
 * manifest.json              all of these with their sizes and BLAKE3 sums
 * </pre>
 *
 * <p>It gets its name when it is whole.
 */
public final class BundleWriter implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Path file;
    private final Path fresh;
    private final ZipOutputStream zip;
    private final List<Manifest.Part> parts = new ArrayList<>();
    private boolean finished;

    /** @throws FileAlreadyExistsException if there is such a file */
    public BundleWriter(Path file) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        this.file = file;
        this.fresh = file.resolveSibling(file.getFileName() + ".new");
        this.zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16));
    }

    /** Writes one file's lines. */
    @FunctionalInterface
    public interface Content {
        void to(Lines lines) throws IOException, BundleRefused;
    }

    /** Takes lines without their end. */
    public interface Lines {
        void line(String text) throws IOException;

        default void lookup(LookupRecord lookup) throws IOException {
            line(Json.text(g -> TraceJson.write(g, lookup)));
        }
    }

    public void journal(NodeId node, Content content) throws IOException, BundleRefused {
        part(node, "journal.ndjson", content);
    }

    public void traces(NodeId node, Content content) throws IOException, BundleRefused {
        part(node, "traces.ndjson", content);
    }

    public void card(NodeCard card) throws IOException, BundleRefused {
        ObjectNode c = MAPPER.createObjectNode()
                .put("node", card.node().text())
                .put("label", card.label())
                .put("version", card.version())
                .put("git", card.git())
                .put("network", card.network())
                .put("http", card.http())
                .put("state", card.state())
                .put("at_ms", card.atMillis());
        ObjectNode settings = c.putObject("settings");
        new TreeMap<>(card.settings()).forEach(settings::put);
        card.notes().forEach(c.putArray("notes")::add);
        part(card.node(), "node.json", lines -> lines.line(c.toString()));
    }

    private void part(NodeId node, String name, Content content) throws IOException, BundleRefused {
        String whole = "nodes/" + node.key().hex() + "/" + name;
        zip.putNextEntry(entry(whole));
        Summed summed = new Summed(zip);
        OutputStream out = new BufferedOutputStream(summed, 1 << 15);
        content.to(line -> {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        });
        out.flush();
        zip.closeEntry();
        parts.add(new Manifest.Part(whole, summed.bytes, HexFormat.of().formatHex(summed.sum.finish())));
    }

    /** With no time of this machine in it: the same nodes give the same file. */
    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
        return entry;
    }

    /** Sums up what passes. */
    private static final class Summed extends OutputStream {
        private final OutputStream to;
        private final Blake3 sum = new Blake3();
        private long bytes;

        Summed(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            to.write(b, off, len);
            sum.update(b, off, len);
            bytes += len;
        }
    }

    /** Writes the manifest and gives the file its name; answers its size. */
    public long finish(String madeAt, String madeBy, String from, String to, List<String> redacted) throws IOException {
        zip.putNextEntry(entry(Manifest.NAME));
        zip.write(new Manifest(madeAt, madeBy, from, to, redacted, parts).json().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        zip.close();
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        finished = true;
        return Files.size(file);
    }

    @Override
    public void close() throws IOException {
        if (!finished) {
            zip.close();
            Files.deleteIfExists(fresh);
        }
    }
}
