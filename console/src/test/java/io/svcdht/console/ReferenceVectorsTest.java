package io.svcdht.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The page of test vectors tells what lies beside the codec's tests. */
class ReferenceVectorsTest {
    /** What a reader can compare by eye; the files have all of it. */
    private static final int HEX_SHOWN = 640;

    @Test
    void vectors_page_has_every_vector() throws IOException {
        Path directory = ReferencePage.root().resolve("node/src/test/resources/vectors");
        List<Path> files;
        try (var all = Files.list(directory)) {
            files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
        StringBuilder out = new StringBuilder();
        for (Path file : files) {
            out.append("## %1$s\n\n[`%1$s`](../../node/src/test/resources/vectors/%1$s)\n\n"
                    .formatted(file.getFileName()));
            for (JsonNode vector : new ObjectMapper().readTree(file.toFile())) {
                String hex = vector.path("hex")
                        .asText(vector.path("wire")
                                .asText(vector.path("root_wire").asText()));
                out.append("### %s\n\n".formatted(vector.path("name").asText("unnamed")));
                if (!hex.isEmpty()) {
                    out.append(bytes(hex));
                }
            }
        }
        ReferencePage.holds("vectors", "vectors", out.toString().strip() + "\n");
    }

    private static String bytes(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        String shown = hex.length() <= HEX_SHOWN ? hex : hex.substring(0, HEX_SHOWN) + "…";
        return "%d bytes, CRC-32C `%08x`:\n\n```text\n%s\n```\n\n"
                .formatted(bytes.length, sum.getValue(), shown.replaceAll("(.{64})(?=.)", "$1\n"));
    }
}
