package io.svcdht.node.wire.oap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Bytes that other implementations are written against: never to be changed, only added to. */
class GoldenWireTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();
    private final ArrayNode made = JSON.createArrayNode();

    private void good(String name, Frame f, JsonNode payload) {
        ObjectNode v = made.addObject();
        v.put("name", name).put("hex", HEX.formatHex(f.encode()));
        v.putObject("frame")
                .put("flags", f.flags())
                .put("code", f.code())
                .put("app_proto_id", f.appProto())
                .put("corr_id", Long.toUnsignedString(f.corrId()))
                .put("cap", HEX.formatHex(f.cap()));
        v.set("payload", payload);
    }

    private void bad(String name, byte[] bytes, WireError why) {
        made.addObject().put("name", name).put("hex", HEX.formatHex(bytes)).put("error", why.name());
    }

    /** What other tools make of the payload: read by another library, byte strings as h'…'. */
    private static JsonNode words(CBORObject o) {
        if (o.getType() == CBORType.Map) {
            ObjectNode map = JSON.createObjectNode();
            o.getEntries().forEach(e -> map.set(words(e.getKey()).asText(), words(e.getValue())));
            return map;
        }
        if (o.getType() == CBORType.Array) {
            ArrayNode array = JSON.createArrayNode();
            o.getValues().forEach(v -> array.add(words(v)));
            return array;
        }
        return switch (o.getType()) {
            case ByteString -> JSON.getNodeFactory().textNode("h'" + HEX.formatHex(o.GetByteString()) + "'");
            case TextString -> JSON.getNodeFactory().textNode(o.AsString());
            case Integer -> JSON.getNodeFactory().textNode(o.toString());
            default -> JSON.getNodeFactory().nullNode();
        };
    }

    private static byte[] with(byte[] frame, int offset, int value) {
        frame[offset] = (byte) value;
        return frame;
    }

    private void make() throws IOException {
        good(
                "HELLO request",
                Frame.request(Frame.HELLO, 0, Samples.HELLO.encode()),
                JSON.readTree(Samples.HELLO.encode()));
        Samples.requests()
                .forEach((name, r) -> good(
                        name + " request",
                        Frame.request(Frame.DHT, Samples.CORR_ID, MessageCodec.encode(r, Samples.CORR_ID)),
                        words(CBORObject.DecodeFromBytes(MessageCodec.encode(r, Samples.CORR_ID)))));
        Samples.responses()
                .forEach((name, r) -> good(
                        name + " response",
                        Frame.response(Frame.DHT, r.code(), Samples.CORR_ID, MessageCodec.encode(r)),
                        words(CBORObject.DecodeFromBytes(MessageCodec.encode(r)))));
        good("kept alive", Frame.keepAlive(), JSON.getNodeFactory().nullNode());
        bad("another version", with(ping(), 5, 2), WireError.WrongVersion);
        bad("an unknown flag", with(ping(), 6, 1), WireError.UnknownFlag);
        bad("neither request, response nor event", with(ping(), 7, Frame.WHOLE), WireError.NoKind);
        bad("cap without START", with(with(ping(), 7, 17), 29, 1), WireError.CapWithoutStart);
        bad("cap longer than the frame", with(ping(), 28, 255), WireError.CapTooLong);
        bad("COMP where it was not offered", with(ping(), 7, 89), WireError.CompNotOffered);
        bad("shorter than a header", ByteBuffer.wrap(ping()).putInt(0, 37).array(), WireError.TooShort);
        bad("longer than a frame", ByteBuffer.wrap(ping()).putInt(0, 1_048_577).array(), WireError.TooLong);
        bad("a field twice", payload("a2" + "6274730" + "0" + "6274730" + "0"), WireError.NotDeterministic);
        bad("indefinite map", payload("bfff"), WireError.NotDeterministic);
        bad("a number that could be shorter", payload("a162747318" + "17"), WireError.NotDeterministic);
        bad("17 levels", payload("a16178" + "81".repeat(16) + "00"), WireError.TooDeep);
        bad("no proto_ver", payload("a0"), WireError.NoMessage);
    }

    private static byte[] ping() {
        Request ping = new Request.Ping(Samples.HEAD);
        return Frame.request(Frame.DHT, Samples.CORR_ID, MessageCodec.encode(ping, Samples.CORR_ID))
                .encode();
    }

    private static byte[] payload(String hex) {
        return Frame.request(Frame.DHT, Samples.CORR_ID, HEX.parseHex(hex)).encode();
    }

    private static JsonNode released() throws IOException {
        try (InputStream in = Objects.requireNonNull(GoldenWireTest.class.getResourceAsStream("/vectors/wire.json"))) {
            return JSON.readTree(in);
        }
    }

    @Test
    void released_bytes_are_still_what_is_written() throws Exception {
        make();
        if (Boolean.getBoolean("svcdht.docs.write")) {
            Files.writeString(
                    Path.of("src/test/resources/vectors/wire.json"),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(made) + "\n",
                    StandardCharsets.UTF_8);
            return;
        }
        JsonNode released = released();
        for (int i = 0; i < Math.max(made.size(), released.size()); i++) {
            assertThat(made.path(i)).as("vector %d", i).isEqualTo(released.path(i));
        }
    }

    @Test
    void released_bytes_are_read_or_refused_as_they_say() throws Exception {
        int read = 0;
        for (JsonNode v : released()) {
            byte[] bytes = HEX.parseHex(v.path("hex").asText());
            String name = v.path("name").asText();
            FrameRead frame = new FrameReader(Frame.BYTES_MAX, false).read(ByteBuffer.wrap(bytes));
            String error = v.path("error").asText("");
            switch (frame) {
                case FrameRead.Whole(Frame f)
                when f.isRequest() && f.appProto() == Frame.DHT ->
                    assertThat(refusal(MessageCodec.request(f.payload(), f.corrId())))
                            .as(name)
                            .isEqualTo(error);
                case FrameRead.Whole(Frame f) ->
                    assertThat(f.corrId())
                            .as(name)
                            .isEqualTo(v.path("frame").path("corr_id").asLong());
                case FrameRead.Refused r -> assertThat(r.why().name()).as(name).isEqualTo(error);
                case FrameRead.Broken b -> assertThat(b.why().name()).as(name).isEqualTo(error);
                case FrameRead.More m -> throw new AssertionError(name + " is no whole frame");
            }
            read++;
        }
        assertThat(read).isGreaterThan(25);
    }

    private static String refusal(Decoded<?> d) {
        return d instanceof Decoded.Refused<?>(WireError why, String detail) ? why.name() : "";
    }
}
