package io.svcdht.node.wire.oap;

import static org.assertj.core.api.Assertions.assertThat;

import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORObject;
import io.svcdht.node.wire.CborOut;
import io.svcdht.node.wire.TraceContext;
import io.svcdht.storage.model.Key;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    /** Its canonical form knows no more than four levels of nesting; its plain one writes the same, in order. */
    private static final CBOREncodeOptions CANONICAL = new CBOREncodeOptions("");

    private static WireError refusal(Decoded<?> decoded) {
        return ((Decoded.Refused<?>) decoded).why();
    }

    private static Decoded<Request> read(CBORObject message) {
        return MessageCodec.request(message.EncodeToBytes(CANONICAL), Samples.CORR_ID);
    }

    private static CBORObject message(String name) {
        return CBORObject.DecodeFromBytes(MessageCodec.encode(Samples.requests().get(name), Samples.CORR_ID));
    }

    @Test
    void requests_are_read_as_they_were_written() {
        Samples.requests().forEach((name, request) -> {
            byte[] payload = MessageCodec.encode(request, Samples.CORR_ID);
            assertThat(MessageCodec.request(payload, Samples.CORR_ID)).as(name).isEqualTo(new Decoded.Read<>(request));
        });
    }

    @Test
    void responses_are_read_as_they_were_written() {
        Samples.responses().forEach((name, response) -> {
            byte[] payload = MessageCodec.encode(response);
            assertThat(MessageCodec.response(response.opcode(), response.code().number(), payload))
                    .as(name)
                    .isEqualTo(new Decoded.Read<>(response));
        });
    }

    @Test
    void another_encoder_writes_the_same_bytes() {
        Samples.requests().forEach((name, request) -> {
            byte[] payload = MessageCodec.encode(request, Samples.CORR_ID);
            assertThat(CBORObject.DecodeFromBytes(payload).EncodeToBytes(CANONICAL))
                    .as(name)
                    .isEqualTo(payload);
        });
    }

    @Test
    void unknown_fields_are_passed_over() {
        CBORObject ping = message("PING")
                .Add("zz_new", CBORObject.NewArray().Add(1).Add("x"))
                .Add(5, "a number for a name")
                .Add("a", CBORObject.NewMap().Add("b", new byte[40]));

        assertThat(read(ping)).isEqualTo(new Decoded.Read<>(new Request.Ping(Samples.HEAD)));
    }

    @Test
    void the_span_of_who_traces_goes_along_and_nothing_else_is_taken_for_one() {
        TraceContext trace = new TraceContext(1, 2, 3, (byte) 1);
        Request.Head head = new Request.Head(5, 1, 100, Samples.HEAD.lookupId(), trace);
        for (Request request : List.of(
                new Request.Ping(head),
                new Request.FindValue(head, new Key(1, 2, 3, 4), 9),
                new Request.GetRoot(head, new Key(1, 2, 3, 4)))) {
            byte[] payload = MessageCodec.encode(request, Samples.CORR_ID);
            assertThat(MessageCodec.request(payload, Samples.CORR_ID)).isEqualTo(new Decoded.Read<>(request));
            assertThat(CBORObject.DecodeFromBytes(payload).EncodeToBytes(CANONICAL))
                    .isEqualTo(payload);
        }
        for (int length : new int[] {0, 24, 25, 26, 64}) {
            assertThat(read(message("PING").Add("trace", new byte[length])))
                    .as("%d bytes of nothing", length)
                    .isEqualTo(new Decoded.Read<>(new Request.Ping(Samples.HEAD)));
        }
        assertThat(refusal(read(message("PING").Add("trace", new byte[65])))).isEqualTo(WireError.TooMany);
        assertThat(refusal(read(message("PING").Add("trace", "text")))).isEqualTo(WireError.NoMessage);
    }

    @Test
    void each_field_of_a_request_is_needed() {
        Samples.requests().keySet().forEach(name -> {
            for (CBORObject key : message(name).getKeys()) {
                if (key.AsString().equals("roots")) {
                    continue;
                }
                CBORObject less = message(name);
                less.Remove(key);
                assertThat(refusal(read(less))).as("%s without %s", name, key).isEqualTo(WireError.NoMessage);
            }
        });
    }

    @Test
    void a_field_of_another_type_is_refused() {
        Samples.requests().keySet().forEach(name -> {
            for (CBORObject key : message(name).getKeys()) {
                CBORObject other = message(name);
                other.Set(key, CBORObject.True);
                assertThat(refusal(read(other)))
                        .as("%s with %s true", name, key)
                        .isEqualTo(WireError.NoMessage);
            }
        });
    }

    @Test
    void what_is_out_of_range_is_refused() {
        assertThat(refusal(read(message("PING").Set("hop", 256)))).isEqualTo(WireError.NoMessage);
        assertThat(refusal(read(message("PING").Set("budget_ms", 600_001)))).isEqualTo(WireError.NoMessage);
        assertThat(refusal(read(message("PING").Set("opcode", 6)))).isEqualTo(WireError.UnknownOpcode);
        assertThat(refusal(read(message("PING").Set("proto_ver", 2)))).isEqualTo(WireError.WrongVersion);
        assertThat(refusal(read(message("PING").Set("corr_id", 9)))).isEqualTo(WireError.NoMessage);
        assertThat(refusal(read(message("FIND_VALUE").Set("limit", 0)))).isEqualTo(WireError.NoMessage);
        assertThat(refusal(read(message("FIND_VALUE").Set("limit", 1_001)))).isEqualTo(WireError.NoMessage);
        assertThat(refusal(read(message("FIND_NODE").Set("target", new byte[31]))))
                .isEqualTo(WireError.NoMessage);
        assertThat(refusal(read(message("FIND_NODE").Set("target", new byte[33]))))
                .isEqualTo(WireError.TooMany);
        assertThat(refusal(read(message("PROVIDE").Set("records", CBORObject.NewArray()))))
                .isEqualTo(WireError.NoMessage);
    }

    @Test
    void ten_thousand_contacts_are_refused_before_they_are_built() {
        CborOut out = new CborOut().map(1).text("contacts").array(10_000);
        CborOut one = new CborOut();
        Parts.contacts(one, Samples.CONTACTS.subList(0, 1));
        byte[] contact = Arrays.copyOfRange(one.toByteArray(), 1, one.toByteArray().length);
        for (int i = 0; i < 10_000; i++) {
            out.raw(contact);
        }
        byte[] payload = out.toByteArray();

        assertThat(refusal(MessageCodec.response(Opcode.FIND_NODE, 1000, payload)))
                .isEqualTo(WireError.TooMany);
        assertThat(Allocated.by(() -> MessageCodec.response(Opcode.FIND_NODE, 1000, payload)))
                .as("for %d bytes", payload.length)
                .isLessThan(16_384);
    }

    @Test
    void a_record_and_its_signatures_have_a_length() {
        byte[] record = new CborOut().map(1).text("x").bytes(new byte[20_480]).toByteArray();
        byte[] signatures = new CborOut().array(1).bytes(new byte[8_192]).toByteArray();
        CBORObject provide =
                message("PROVIDE").Set("records", CBORObject.NewArray().Add(CBORObject.DecodeFromBytes(record)));
        CBORObject roots = message("PROVIDE with roots")
                .Set("roots", CBORObject.NewMap().Add(new byte[32], CBORObject.DecodeFromBytes(signatures)));

        assertThat(refusal(read(provide))).isEqualTo(WireError.TooMany);
        assertThat(refusal(read(roots))).isEqualTo(WireError.TooMany);
    }

    @Test
    void codes_are_a_closed_set() {
        byte[] pong = MessageCodec.encode(new Response.Pong(1));
        assertThat(refusal(MessageCodec.response(Opcode.PING, 1001, pong))).isEqualTo(WireError.UnknownCode);
        assertThat(MessageCodec.response(Opcode.PING, 1501, pong))
                .isEqualTo(new Decoded.Read<>(new Response.Refused(Opcode.PING, WireCode.Busy, "")));
    }

    @Test
    void an_answer_to_another_question_is_refused() {
        byte[] pong = MessageCodec.encode(new Response.Pong(1));
        for (Opcode o : new Opcode[] {Opcode.FIND_NODE, Opcode.PROVIDE, Opcode.NODE_RECORD, Opcode.GET_ROOT}) {
            assertThat(refusal(MessageCodec.response(o, 1000, pong))).isEqualTo(WireError.NoMessage);
        }
    }

    @Test
    void a_reason_that_is_not_printable_is_dropped() {
        byte[] payload =
                new CborOut().map(1).text("reason").text("\u202Eabc\u001b[2J").toByteArray();
        assertThat(MessageCodec.response(Opcode.PING, 1501, payload))
                .isEqualTo(new Decoded.Read<>(new Response.Refused(Opcode.PING, WireCode.Busy, "")));
    }

    /** Each changed message is either read or refused; anything thrown would fail this test. */
    @Test
    void changed_messages_are_read_or_refused() {
        Request[] requests = Samples.requests().values().toArray(new Request[0]);
        Response[] responses = Samples.responses().values().toArray(new Response[0]);
        int refused = 0;
        for (int seed = 0; seed < 30_000; seed++) {
            Random random = new Random(seed);
            Request request = requests[random.nextInt(requests.length)];
            Response response = responses[random.nextInt(responses.length)];
            try {
                Decoded<?> a = MessageCodec.request(
                        changed(MessageCodec.encode(request, Samples.CORR_ID), random), Samples.CORR_ID);
                Decoded<?> b =
                        MessageCodec.response(response.opcode(), 1000, changed(MessageCodec.encode(response), random));
                Decoded<?> c = Hello.decode(changed(Samples.HELLO.encode(), random));
                refused += (a instanceof Decoded.Refused<?> ? 1 : 0) + (b instanceof Decoded.Refused<?> ? 1 : 0);
                refused += c instanceof Decoded.Refused<?> ? 1 : 0;
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(refused).isBetween(30_000, 90_000);
    }

    private static byte[] changed(byte[] bytes, Random random) {
        byte[] b = bytes;
        for (int i = 0; i <= random.nextInt(3); i++) {
            int at = random.nextInt(b.length);
            switch (random.nextInt(4)) {
                case 0 -> b[at] = (byte) random.nextInt();
                case 1 -> b[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> b = Arrays.copyOf(b, Math.max(1, at));
                default -> {
                    byte[] longer = Arrays.copyOf(b, b.length + 1);
                    System.arraycopy(b, at, longer, at + 1, b.length - at);
                    longer[at] = (byte) random.nextInt();
                    b = longer;
                }
            }
        }
        return b;
    }

    @Test
    void what_a_message_allocates_is_a_small_multiple_of_its_bytes() {
        Response.Found found = new Response.Found(
                java.util.Collections.nCopies(1_000, Samples.record("b3:hello")), Map.of(), Samples.CONTACTS);
        byte[] payload = MessageCodec.encode(found);

        assertThat(Allocated.by(() -> MessageCodec.response(Opcode.FIND_VALUE, 1000, payload)))
                .isLessThan(3L * payload.length);
    }

    @Test
    void a_root_is_named_once() {
        CBORObject roots = CBORObject.NewMap();
        for (int i = 0; i < 65; i++) {
            roots.Add(new Key(i, 0, 0, 0).bytes(), CBORObject.NewArray());
        }
        assertThat(refusal(read(message("PROVIDE with roots").Set("roots", roots))))
                .isEqualTo(WireError.TooMany);
    }
}
