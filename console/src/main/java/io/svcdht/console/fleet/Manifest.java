package io.svcdht.console.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.node.view.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an incident file says of itself: {@code manifest.json}.
 *
 * <pre>
 * {"format":1,"made_at":"…","made_by":"svc-dht 0.1.0","from":"…","to":"…","redacted":["configuration"],
 *  "files":[{"name":"nodes/HEX/journal.ndjson","bytes":4711,"blake3":"…"}]}
 * </pre>
 *
 * @param from the beginning that was asked for, as it was asked for; empty = the first event
 * @param to the end that was asked for; empty = the last event
 * @param redacted what was left out
 */
record Manifest(String madeAt, String madeBy, String from, String to, List<String> redacted, List<Part> files) {
    /** The format this build writes and reads. */
    static final int FORMAT = 1;

    static final String NAME = "manifest.json";

    /** The only names there may be: nothing of a file's name ever becomes a path. */
    static final Pattern PART = Pattern.compile("nodes/[0-9a-f]{64}/(node\\.json|journal\\.ndjson|traces\\.ndjson)");

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int FILES_MAX = 30_000;

    Manifest {
        redacted = List.copyOf(redacted);
        files = List.copyOf(files);
    }

    /** @param blake3 BLAKE3-256 of the unpacked bytes, hex */
    record Part(String name, long bytes, String blake3) {}

    String json() {
        ObjectNode m = MAPPER.createObjectNode()
                .put("format", FORMAT)
                .put("made_at", madeAt)
                .put("made_by", madeBy)
                .put("from", from)
                .put("to", to);
        redacted.forEach(m.putArray("redacted")::add);
        var list = m.putArray("files");
        files.forEach(f ->
                list.addObject().put("name", f.name()).put("bytes", f.bytes()).put("blake3", f.blake3()));
        return Json.text(g -> g.writeRaw(m.toPrettyString()));
    }

    static Manifest parse(byte[] text) throws BundleRefused {
        JsonNode m;
        try {
            m = MAPPER.readTree(new String(text, java.nio.charset.StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new BundleRefused("its manifest.json is no JSON: " + e.getOriginalMessage(), e);
        }
        if (!m.path("format").isInt()) {
            throw new BundleRefused("its manifest.json names no format; it was not made by svc-dht incident export");
        }
        if (m.path("format").asInt() != FORMAT) {
            throw new BundleRefused(
                    "it has format %d, made by %s; this build reads format %d. Open it with that version"
                            .formatted(
                                    m.path("format").asInt(), m.path("made_by").asText("another version"), FORMAT));
        }
        List<String> redacted = new ArrayList<>();
        m.path("redacted").forEach(r -> redacted.add(r.asText()));
        return new Manifest(
                m.path("made_at").asText(),
                m.path("made_by").asText(),
                m.path("from").asText(),
                m.path("to").asText(),
                redacted,
                parts(m.path("files")));
    }

    private static List<Part> parts(JsonNode files) throws BundleRefused {
        if (files.size() > FILES_MAX) {
            throw new BundleRefused(
                    "its manifest names %,d files; at most %,d are read".formatted(files.size(), FILES_MAX));
        }
        List<Part> parts = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode f : files) {
            Part part = new Part(
                    f.path("name").asText(),
                    f.path("bytes").asLong(-1),
                    f.path("blake3").asText());
            if (!PART.matcher(part.name()).matches() || part.bytes() < 0 || !names.add(part.name())) {
                throw new BundleRefused(
                        "its manifest names a file %s that no incident file has".formatted(quoted(part.name())));
            }
            parts.add(part);
        }
        return parts;
    }

    /** A name of a stranger, as it may stand in a sentence. */
    static String quoted(String name) {
        String clean = name.replaceAll("[^\\x20-\\x7e]", "?");
        return '"' + (clean.length() > 80 ? clean.substring(0, 80) + "…" : clean) + '"';
    }
}
