package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;

/** What all JSON of this program has in common: one factory with limits, and how an instant looks. */
public final class Json {
    /** Accepts no duplicate names, no deep nesting, no endless texts; never closes what it was given. */
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxStringLength(64 << 10)
                    .maxNumberLength(32)
                    .maxNameLength(256)
                    .build())
            .build();

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private Json() {}

    /** Something that writes one JSON value. */
    @FunctionalInterface
    public interface Body {
        void writeTo(JsonGenerator g) throws IOException;
    }

    /** The text of one JSON value, without a line break. */
    public static String text(Body body) {
        StringWriter out = new StringWriter(256);
        try {
            write(out, body);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter failed", e);
        }
        return out.toString();
    }

    /** Writes one JSON value and leaves {@code out} open. */
    public static void write(Writer out, Body body) throws IOException {
        try (JsonGenerator g = FACTORY.createGenerator(out)) {
            body.writeTo(g);
        }
    }

    /** Writes one JSON value as UTF-8 and leaves {@code out} open. */
    public static void write(OutputStream out, Body body) throws IOException {
        try (JsonGenerator g = FACTORY.createGenerator(out)) {
            body.writeTo(g);
        }
    }

    /** ISO 8601 in UTC with milliseconds: {@code 2026-01-31T12:00:00.000Z}. */
    public static String instant(long millis) {
        return MILLIS.format(Instant.ofEpochMilli(millis));
    }

    /**
     * Milliseconds since the epoch of an ISO 8601 instant with a zone or offset.
     *
     * @throws IllegalArgumentException with a sentence that shows the form
     */
    public static long millis(String text) {
        try {
            // Instant.parse alone would refuse an offset other than Z on some inputs.
            return text.endsWith("Z")
                    ? Instant.parse(text).toEpochMilli()
                    : OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no instant; write it as 2026-01-31T12:00:00.000Z", e);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is outside the calendar", e);
        }
    }
}
