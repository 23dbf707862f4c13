package io.svcdht.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What incident files are taken, and what is said of those that are not. */
class BundleTest {
    private static final Path GOOD = Path.of("..", "examples", "fleet-incident", "twenty-nodes.zip");
    private static final int NODES_KEPT = 2;

    @TempDir
    Path temp;

    private int opened;

    private BundleReader.Opened open(Path file, long bytesMax) throws Exception {
        Path scratch = Files.createDirectory(temp.resolve("scratch-" + opened++));
        try (FleetStore store = FleetStore.open(scratch.resolve("index"))) {
            return new BundleReader(file, bytesMax).into(store, scratch);
        } finally {
            try (Stream<Path> left = Files.list(scratch)) {
                assertThat(left).as("nothing but the index").allMatch(p -> p.endsWith("index"));
            }
        }
    }

    /** The files of the recorded incident, of its first two nodes where not all are wanted. */
    private static Map<String, byte[]> parts(boolean all) throws IOException {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(GOOD.toFile())) {
            for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
                ZipEntry entry = e.nextElement();
                boolean wanted =
                        all || parts.size() < 3 * NODES_KEPT || entry.getName().equals(Manifest.NAME);
                if (wanted) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        parts.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        return parts;
    }

    /** A file of two nodes with a manifest that fits, before and after it was tampered with. */
    private Path tampered(Consumer<Map<String, byte[]>> before, Consumer<Map<String, byte[]>> after) throws Exception {
        Map<String, byte[]> parts = parts(false);
        parts.remove(Manifest.NAME);
        before.accept(parts);
        StringBuilder files = new StringBuilder();
        parts.forEach((name, bytes) -> files.append(files.isEmpty() ? "" : ",")
                .append("{\"name\":\"%s\",\"bytes\":%d,\"blake3\":\"%s\"}"
                        .formatted(
                                name.replace("\\", "\\\\"),
                                bytes.length,
                                java.util.HexFormat.of().formatHex(io.svcdht.storage.model.Blake3.hash(bytes)))));
        parts.put(
                Manifest.NAME,
                "{\"format\":1,\"made_at\":\"\",\"made_by\":\"a test\",\"from\":\"\",\"to\":\"\",\"files\":[%s]}"
                        .formatted(files)
                        .getBytes(StandardCharsets.UTF_8));
        after.accept(parts);
        return zipped(parts);
    }

    private Path zipped(Map<String, byte[]> parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var p : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(p.getKey()));
                zip.write(p.getValue());
                zip.closeEntry();
            }
        }
        return Files.write(temp.resolve("bundle-%d.zip".formatted(opened)), bytes.toByteArray());
    }

    private static String journal(Map<String, byte[]> parts) {
        return parts.keySet().stream()
                .filter(n -> n.endsWith("journal.ndjson"))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] replaced(byte[] text, String what, String by) {
        return new String(text, StandardCharsets.UTF_8).replaceFirst(what, by).getBytes(StandardCharsets.UTF_8);
    }

    private void refused(Path file, String sentence) {
        assertThatThrownBy(() -> open(file, BundleReader.BYTES_DEFAULT))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void a_whole_one_is_taken() throws Exception {
        assertThat(open(GOOD, BundleReader.BYTES_DEFAULT).nodes()).isEqualTo(20);
        assertThat(open(tampered(p -> {}, p -> {}), BundleReader.BYTES_DEFAULT).nodes())
                .isEqualTo(NODES_KEPT);
    }

    @Test
    void a_cut_or_foreign_one_is_refused() throws Exception {
        byte[] whole = Files.readAllBytes(GOOD);
        refused(
                Files.write(temp.resolve("cut.zip"), java.util.Arrays.copyOf(whole, whole.length / 2)),
                "no zip archive");
        refused(Files.writeString(temp.resolve("text.zip"), "hello"), "no zip archive");
        refused(zipped(Map.of("readme.txt", new byte[3])), "no manifest.json");
        refused(zipped(Map.of(Manifest.NAME, "[".getBytes(StandardCharsets.UTF_8))), "no JSON");
        refused(zipped(Map.of(Manifest.NAME, "{}".getBytes(StandardCharsets.UTF_8))), "names no format");
        refused(
                zipped(Map.of(
                        Manifest.NAME, "{\"format\":2,\"made_by\":\"svc-dht 9\"}".getBytes(StandardCharsets.UTF_8))),
                "format 2, made by svc-dht 9");
    }

    /** Each byte in turn of a stretch in the middle: whatever it hits, it is not taken for what was written. */
    @Test
    void a_flipped_byte_is_found() throws Exception {
        Path small = tampered(p -> {}, p -> {});
        byte[] whole = Files.readAllBytes(small);
        for (int at = 200; at < whole.length - 400; at += whole.length / 23) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            Path file = Files.write(temp.resolve("flipped-%d.zip".formatted(at)), flipped);
            assertThatThrownBy(() -> open(file, BundleReader.BYTES_DEFAULT))
                    .as("byte %d", at)
                    .isInstanceOf(BundleRefused.class);
        }
    }

    @Test
    void what_was_changed_after_the_manifest_is_refused() throws Exception {
        refused(
                tampered(
                        p -> {},
                        p -> p.compute(
                                journal(p),
                                (n, b) -> replaced(b, "\"node_version\":\"0.1.0\"", "\"node_version\":\"0.1.1\""))),
                "its sum is another");
        refused(tampered(p -> {}, p -> p.compute(journal(p), (n, b) -> new byte[0])), "early");
        refused(
                tampered(p -> {}, p -> p.compute(journal(p), (n, b) -> replaced(b, "^", "\n\n\n"))),
                "is no JSON object");
        refused(tampered(p -> {}, p -> p.remove(journal(p))), "which is not in it");
        refused(
                tampered(p -> {}, p -> p.put("nodes/" + "a".repeat(64) + "/journal.ndjson", new byte[1])),
                "which its manifest does not name");
    }

    @Test
    void names_that_are_paths_are_refused() throws Exception {
        for (String name : new String[] {
            "../evil",
            "/etc/passwd",
            "nodes/../../evil/journal.ndjson",
            "nodes\\" + "a".repeat(64) + "\\journal.ndjson",
            "nodes/" + "A".repeat(64) + "/journal.ndjson",
            "nodes/" + "a".repeat(64) + "/../journal.ndjson"
        }) {
            refused(tampered(p -> p.put(name, new byte[1]), p -> {}), "that no incident file has");
        }
        assertThat(temp.resolve("evil")).doesNotExist();
        assertThat(temp.resolveSibling("evil")).doesNotExist();
    }

    @Test
    void a_bomb_is_refused_before_it_is_unpacked() throws Exception {
        // 200 MB of zeros pack to 200 kB.
        Path bomb = tampered(p -> p.put("nodes/" + "b".repeat(64) + "/journal.ndjson", new byte[200 << 20]), p -> {});
        refused(bomb, "no journal packs so well");
        Path large = tampered(p -> {}, p -> {});
        assertThatThrownBy(() -> open(large, 1_000))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("--max-bytes");
        // The manifest says little, the archive has much: no more is unpacked than was said.
        Path liar = tampered(
                p -> p.put("nodes/" + "b".repeat(64) + "/traces.ndjson", new byte[10]),
                p -> p.put("nodes/" + "b".repeat(64) + "/traces.ndjson", new byte[50 << 20]));
        refused(liar, "is longer than the 10 bytes");
    }

    @Test
    void events_that_are_none_are_refused_with_their_line() throws Exception {
        refused(
                tampered(
                        p -> p.compute(journal(p), (n, b) -> replaced(b, "\"position\":7,", "\"position\":70,")),
                        p -> {}),
                "line 7");
        refused(
                tampered(p -> p.compute(journal(p), (n, b) -> replaced(b, "\"NodeStarted\"", "\"NodeWent\"")), p -> {}),
                "line 1");
    }
}
