package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.svcdht.storage.checkpoint.CheckpointInfo;
import io.svcdht.storage.checkpoint.Checkpoints;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.replay.View;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The state that an exported span begins with: a checkpoint as lines of text, in front of the span's events.
 *
 * <pre>
 * {"base":{"position":41,"digest":"b3:…","bytes":20480}}     the last event before the span, the checkpoint's size
 * {"base_part":"…base64…"}                                   its bytes, at most 12,288 a line
 * </pre>
 */
public final class BaseLines {
    private static final String BEGIN = "{\"base\":";
    private static final int PART_BYTES = 12_288;

    private BaseLines() {}

    /** Takes or gives one line without its end. */
    @FunctionalInterface
    public interface Sink {
        void line(String line) throws IOException;
    }

    /** The next line, null at the end. */
    @FunctionalInterface
    public interface Source {
        @Nullable
        String line() throws IOException;
    }

    /** Whether a line is the first of a base. */
    public static boolean begins(String line) {
        return line.startsWith(BEGIN);
    }

    /**
     * Writes the state of a view. It passes through a temporary file: a checkpoint is no matter of memory.
     *
     * @param view nobody moves it, and it never went back
     */
    public static void write(View view, Sink out) throws IOException {
        Path directory = Files.createTempDirectory("svc-dht-export");
        Checkpoints checkpoints = new Checkpoints(directory);
        try {
            CheckpointInfo info = checkpoints.write(view.state(), view.seam(), Checkpoints.Pace.FULL);
            write(info, checkpoints.pathOf(info.position()), out);
        } finally {
            checkpoints.remove(view.state().position());
            Files.deleteIfExists(directory);
        }
    }

    private static void write(CheckpointInfo info, Path file, Sink out) throws IOException {
        out.line(Json.text(g -> {
            g.writeStartObject();
            g.writeObjectFieldStart("base");
            g.writeNumberField("position", info.position());
            g.writeStringField("digest", ContentId.canonical(info.digest()));
            g.writeNumberField("bytes", info.fileBytes());
            g.writeEndObject();
            g.writeEndObject();
        }));
        try (InputStream in = Files.newInputStream(file)) {
            for (byte[] part = in.readNBytes(PART_BYTES); part.length > 0; part = in.readNBytes(PART_BYTES)) {
                String text = Base64.getEncoder().encodeToString(part);
                out.line("{\"base_part\":\"" + text + "\"}");
            }
        }
    }

    /**
     * Writes the checkpoint's file again; whether it is whole shows when it is opened.
     *
     * @param first the first line of a base
     * @return how many lines were taken from {@code more}
     * @throws BadLine if a line is none of a base
     */
    public static long read(String first, Source more, Path file) throws IOException, BadLine {
        long left = bytesIn(first);
        long lines = 1;
        try (OutputStream out = Files.newOutputStream(file)) {
            while (left > 0) {
                lines++;
                byte[] part = partIn(more.line(), lines);
                if (part.length > left) {
                    throw new BadLine(lines, "goes on behind the end of the base");
                }
                out.write(part);
                left -= part.length;
            }
        }
        return lines - 1;
    }

    private static long bytesIn(String line) throws BadLine {
        try (JsonParser p = Json.FACTORY.createParser(line)) {
            p.nextToken();
            p.nextToken();
            p.nextToken();
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                String name = p.currentName();
                p.nextToken();
                if (name.equals("bytes")) {
                    return p.getLongValue();
                }
                p.skipChildren();
            }
        } catch (IOException e) {
            throw new BadLine(1, "is no base: " + e.getMessage());
        }
        throw new BadLine(1, "is a base without \"bytes\"");
    }

    private static byte[] partIn(@Nullable String line, long number) throws BadLine {
        if (line == null) {
            throw new BadLine(number, "is missing: the base ends in the middle");
        }
        try (JsonParser p = Json.FACTORY.createParser(line)) {
            if (p.nextToken() == JsonToken.START_OBJECT
                    && "base_part".equals(p.nextFieldName())
                    && p.nextToken() == JsonToken.VALUE_STRING) {
                byte[] part = Base64.getDecoder().decode(p.getText());
                if (part.length > 0) {
                    return part;
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new BadLine(number, "is no part of a base: " + e.getMessage());
        }
        throw new BadLine(number, "is no part of a base, which is not at its end");
    }
}
