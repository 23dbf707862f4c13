package io.svcdht.node.wire.oap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.svcdht.storage.model.OnionName;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The greeting both sides of a connection begin with, JSON in a frame of protocol 0 (contracts §5). Unknown members are
 * passed over; a missing one has the value of {@link #LEAST}.
 *
 * @param agent name and version of the program, printable
 * @param networkId which network it belongs to; others are refused
 * @param frameBytesMax longest frame it takes
 * @param inflightMax requests it takes at once on this connection
 * @param flags frame flags it understands; COMP says that it inflates
 * @param versions of frames it speaks
 * @param transports {@code tcp}, {@code udp}
 * @param listenPort where it listens itself, 0 = nowhere: a client
 * @param onion the onion service it says it is reached at, null = none
 */
public record Hello(
        String agent,
        String networkId,
        int frameBytesMax,
        int inflightMax,
        int flags,
        List<Integer> versions,
        List<String> transports,
        int listenPort,
        @Nullable PeerAddress onion) {
    /** Longest greeting taken, bytes. */
    public static final int BYTES_MAX = 4_096;

    private static final int LIST_MAX = 16;
    private static final int TEXT_CHARS_MAX = 255;
    private static final int FRAME_BYTES_LEAST = 16_384;

    /** What a peer can do that does not say. */
    private static final Hello LEAST = new Hello(
            "unknown",
            "",
            Frame.BYTES_MAX,
            1,
            Frame.FLAGS_KNOWN & ~Frame.COMP,
            List.of(Frame.VERSION),
            List.of("tcp"),
            0,
            null);

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(TEXT_CHARS_MAX + 1)
                    .maxNumberLength(20)
                    .maxNameLength(64)
                    .build())
            .build();

    public Hello {
        versions = List.copyOf(versions);
        transports = List.copyOf(transports);
        if (frameBytesMax < FRAME_BYTES_LEAST || inflightMax < 1 || listenPort < 0 || listenPort > 65_535) {
            throw new IllegalArgumentException(
                    "max_frame %d, max_inflight %d, listen_port %d".formatted(frameBytesMax, inflightMax, listenPort));
        }
    }

    /** Without an onion service. */
    public Hello(
            String agent,
            String networkId,
            int frameBytesMax,
            int inflightMax,
            int flags,
            List<Integer> versions,
            List<String> transports,
            int listenPort) {
        this(agent, networkId, frameBytesMax, inflightMax, flags, versions, transports, listenPort, null);
    }

    public boolean inflates() {
        return (flags & Frame.COMP) != 0;
    }

    public byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("ua", agent);
            json.writeStringField("network_id", networkId);
            json.writeNumberField("max_frame", frameBytesMax);
            json.writeNumberField("max_inflight", inflightMax);
            json.writeNumberField("flags_supported", flags);
            json.writeArrayFieldStart("versions");
            for (int v : versions) {
                json.writeNumber(v);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("transports");
            for (String t : transports) {
                json.writeString(t);
            }
            json.writeEndArray();
            if (listenPort > 0) {
                json.writeNumberField("listen_port", listenPort);
            }
            if (onion != null) {
                json.writeStringField("onion", onion.text());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** Reads a peer's greeting. */
    public static Decoded<Hello> decode(byte[] payload) {
        if (payload.length > BYTES_MAX) {
            return new Decoded.Refused<>(
                    WireError.TooMany, "a greeting of %d bytes; at most %d go".formatted(payload.length, BYTES_MAX));
        }
        try (JsonParser json = JSON.createParser(payload)) {
            return new Decoded.Read<>(read(json));
        } catch (IOException | IllegalArgumentException e) {
            return new Decoded.Refused<>(WireError.BadHello, "the greeting is not what HELLO has to be");
        }
    }

    private static Hello read(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("no object");
        }
        Hello h = LEAST;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            h = h.with(name, json);
        }
        if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
            throw new IllegalArgumentException("bytes behind the object");
        }
        return h;
    }

    private Hello with(String name, JsonParser json) throws IOException {
        String ua = agent;
        String network = networkId;
        int frame = frameBytesMax;
        int inflight = inflightMax;
        int flagBits = flags;
        List<Integer> vers = versions;
        List<String> trans = transports;
        int port = listenPort;
        PeerAddress service = onion;
        switch (name) {
            case "ua" -> ua = text(json);
            case "network_id" -> network = text(json);
            // A peer may take longer frames than there are, and more at once than we count.
            case "max_frame" -> frame = (int) Math.min(number(json), Frame.BYTES_MAX);
            case "max_inflight" -> inflight = (int) Math.min(number(json), Integer.MAX_VALUE);
            case "flags_supported" -> flagBits = (int) (number(json) & 0xffff);
            case "versions" -> vers = numbers(json);
            case "transports" -> trans = texts(json);
            case "listen_port" -> port = (int) Math.min(number(json), Integer.MAX_VALUE);
            case "onion" -> service = onion(text(json));
            default -> json.skipChildren();
        }
        return new Hello(ua, network, frame, inflight, flagBits, vers, trans, port, service);
    }

    /** One of a version that is not known here is none. */
    private static @Nullable PeerAddress onion(String text) {
        PeerAddress at = PeerAddress.parse(text);
        return at instanceof PeerAddress.Named name && OnionName.isValid(name.host()) ? at : null;
    }

    private static String text(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("no text");
        }
        return Texts.checked("a greeting's text", json.getText());
    }

    private static long number(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getLongValue() < 0) {
            throw new IllegalArgumentException("no number");
        }
        return json.getLongValue();
    }

    private static List<Integer> numbers(JsonParser json) throws IOException {
        List<Integer> all = new ArrayList<>();
        while (inList(json, all.size())) {
            all.add((int) Math.min(number(json), 0xffff));
        }
        return all;
    }

    private static List<String> texts(JsonParser json) throws IOException {
        List<String> all = new ArrayList<>();
        while (inList(json, all.size())) {
            all.add(text(json));
        }
        return all;
    }

    private static boolean inList(JsonParser json, int size) throws IOException {
        if (size == 0 && json.currentToken() != JsonToken.START_ARRAY || size > LIST_MAX) {
            throw new IllegalArgumentException("no list, or a long one");
        }
        return json.nextToken() != JsonToken.END_ARRAY;
    }
}
